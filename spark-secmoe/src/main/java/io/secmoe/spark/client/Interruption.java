// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkContext;

/**
 * Ends the application in good order when the process is told to end, as by Ctrl-C or SIGTERM: its
 * jobs are cancelled, so that the main thread comes to its end, and the process waits for it.
 * Without this Spark would take the context away from under a running job.
 */
final class Interruption {
  /** Before Spark's own hook, which takes the context away. */
  private static final int HOOK_PRIORITY = 100;

  private static final long LOOK_MILLIS = 200;
  private static final int LOOKS = 150;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean asked;
  private volatile SparkContext spark;

  private Interruption() {}

  /** From now on. */
  static Interruption await() {
    Interruption interruption = new Interruption();
    ShutdownHookManager.get().addShutdownHook(interruption::end, HOOK_PRIORITY, 1, TimeUnit.HOURS);
    return interruption;
  }

  /** The jobs of this context will be cancelled. */
  void cancels(SparkContext context) {
    spark = context;
  }

  /** Whether the process has been told to end. */
  boolean asked() {
    return asked;
  }

  /** The main thread has done its work, and is about to end the process, if nobody else does. */
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
   * Again and again: a job may begin after the first time. What Spark logs of cancelled jobs helps
   * nobody who asked for it.
   */
  private static void cancel(SparkContext context) {
    try {
      if (context != null && !context.isStopped()) {
        context.setLogLevel("OFF");
        context.cancelAllJobs();
      }
    } catch (IllegalStateException e) {
      // It has been stopped in this moment.
    }
  }
}
