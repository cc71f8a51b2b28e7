/**
 * Two Spark clusters on this machine, one per party, driven with spark-submit and the jar to
 * submit; executors are killed on purpose.
 */
package io.secmoe.cluster;
