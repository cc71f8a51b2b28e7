/**
 * Seeded inputs of benchmarks, and the plaintext functions that their results are compared with.
 */
package io.secmoe.bench.data;
