/**
 * Helpers for tasks of both applications: they notice that Spark has killed a task, and register
 * the classes that may cross tasks.
 */
package io.secmoe.spark.task;
