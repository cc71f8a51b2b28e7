/**
 * Rules that plan an inference. They decide which plans run below it, which inferences are merged,
 * and which rows are inferred at all.
 */
package io.secmoe.spark.sql.optimizer;
