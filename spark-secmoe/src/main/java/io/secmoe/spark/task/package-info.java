/** Tasks of both applications: noticing that Spark has killed a task, and what may cross tasks. */
package io.secmoe.spark.task;
