// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkContext;

/**
 * Ends the application in good order when the process is told to end, for example by Ctrl-C or
 * SIGTERM. It cancels the application's jobs, so that the main thread comes to its end, and the
 * process waits for that. Without this, Spark would take the context away from under a running job.
 */
final class Interruption {
  /** A priority above that of Spark's own hook, which takes the context away. */
  private static final int HOOK_PRIORITY = 100;

  private static final long LOOK_MILLIS = 200;
  private static final int LOOKS = 150;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean asked;
  private volatile SparkContext spark;

  private Interruption() {}

  /** Starts to listen for the end of the process. */
  static Interruption await() {
    Interruption interruption = new Interruption();
    ShutdownHookManager.get().addShutdownHook(interruption::end, HOOK_PRIORITY, 1, TimeUnit.HOURS);
    return interruption;
  }

  /** Registers a context whose jobs are to be cancelled. */
  void cancels(SparkContext context) {
    spark = context;
  }

  /** Returns true if the process has been told to end. */
  boolean asked() {
    return asked;
  }

  /** Reports that the main thread has done its work and is about to end the process. */
  void ended() {
    ended.countDown();
  }

  private void end() {
    if (ended.getCount() == 0) {
      return;
    }
    asked = true;
    try {
      for (int looks = 0; looks < LOOKS; looks++) {
        cancel(spark);
        if (ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      System.err.println(
          "secmoe client: ended before its work was done; its output is not complete");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Cancels the jobs repeatedly, because a job may begin after the first time. Messages of Spark
   * about cancelled jobs are not shown, because the user asked for their end.
   */
  private static void cancel(SparkContext context) {
    try {
      if (context != null && !context.isStopped()) {
        context.setLogLevel("OFF");
        context.cancelAllJobs();
      }
    } catch (IllegalStateException e) {
      // The context was stopped at this moment.
    }
  }
}
