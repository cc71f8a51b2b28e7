/** Runs batches on the client: tickets, attempts, conversations and repetitions. */
package io.secmoe.spark.attempt;
