/** Messages from tasks to the driver: progress, and that a task has given up. */
package io.secmoe.spark.reporting;
