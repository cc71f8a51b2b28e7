// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One thread that watches the time limits of several transports, since Flight's blocking read has
 * none.
 */
final class Watchdog implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;

  Watchdog() {
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "secmoe-watchdog");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * Runs {@code check} again and again, often enough for a limit.
   *
   * @throws IllegalStateException if the owner is closed
   */
  Future<?> watch(Duration limit, Runnable check) {
    long every = Math.max(5, Math.min(100, limit.toMillis() / 10));
    try {
      return timer.scheduleWithFixedDelay(check, every, every, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("the server or client of this conversation is closed", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
