/**
 * The benchmark: two processes, one per role, over Flight with mutual TLS on loopback; one JSON
 * object per line on standard output. Bytes and rounds come from the meter and are exact; times are
 * for ratios within one run.
 */
package io.secmoe.bench;
