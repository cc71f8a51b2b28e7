/**
 * Rules that plan an inference: what runs below it, what is merged, and which rows are inferred at
 * all.
 */
package io.secmoe.spark.sql.optimizer;
