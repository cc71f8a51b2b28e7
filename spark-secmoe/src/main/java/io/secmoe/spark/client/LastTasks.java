// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import java.time.Duration;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.TaskSchedulerImpl;

/**
 * Waits for the tasks of a job that failed. Spark tells the driver of the failure while other tasks
 * still run. They are cancelled, but may create files until they notice, also after Spark has
 * stopped.
 */
final class LastTasks {
  /** Cancelled tasks end sooner; an executor that is lost is not waited for any longer. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private LastTasks() {}

  static void await(SparkContext context) {
    long start = System.nanoTime();
    try {
      while (areRunning(context) && System.nanoTime() - start < LIMIT.toNanos()) {
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean areRunning(SparkContext context) {
    return context.taskScheduler() instanceof TaskSchedulerImpl scheduler
        && scheduler.runningTasksByExecutors().valuesIterator().exists(count -> (int) count > 0);
  }
}
