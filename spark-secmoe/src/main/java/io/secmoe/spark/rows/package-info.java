/** Reads rows of Spark into rows of a model, and cuts them into batches. */
package io.secmoe.spark.rows;
