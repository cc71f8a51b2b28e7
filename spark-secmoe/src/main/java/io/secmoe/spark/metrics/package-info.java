/**
 * The costs of attempts, as reports of tasks, a table and a picture, and progress while they run.
 * Public figures only.
 */
package io.secmoe.spark.metrics;
