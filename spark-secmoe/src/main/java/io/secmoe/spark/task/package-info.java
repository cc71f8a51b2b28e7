/** What the tasks of both applications share: certificates from configuration, bindings, noticing that Spark has killed a task. */
package io.secmoe.spark.task;
