/**
 * The data source {@code secmoe}: a table in files, read by Spark's own reader of their format,
 * with the columns of a private inference. Start at {@link io.secmoe.spark.source.SecMoeSource},
 * then {@link io.secmoe.spark.source.InferenceScan} and {@link
 * io.secmoe.spark.source.InferenceReader}, where batches are cut.
 */
package io.secmoe.spark.source;
