/** Metrics of the data source's scans, which Spark makes by their class names. */
package io.secmoe.spark.source.metrics;
