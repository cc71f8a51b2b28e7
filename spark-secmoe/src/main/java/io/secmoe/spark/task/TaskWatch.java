// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.task;

import java.util.function.Supplier;
import org.apache.spark.TaskContext;

/**
 * Notices that Spark has killed a task while its thread is in native code or waits for a peer.
 * Spark itself only sets a flag, and at best interrupts. It uses one daemon thread while the work
 * goes on.
 */
public final class TaskWatch {
  private static final long LOOK_MILLIS = 100;

  private final Thread thread;
  private volatile boolean closed;

  private TaskWatch(TaskContext task, Runnable onKill) {
    thread = new Thread(() -> watch(task, onKill), "secmoe-watch");
    thread.setDaemon(true);
  }

  /**
   * Does the work. If the task is killed meanwhile, it calls {@code onKill} once, on a thread of
   * its own; that call is over when this returns.
   */
  public static <T> T during(TaskContext task, Runnable onKill, Supplier<T> work) {
    TaskWatch watch = new TaskWatch(task, onKill);
    watch.thread.start();
    try {
      return work.get();
    } finally {
      watch.close();
    }
  }

  private void watch(TaskContext task, Runnable onKill) {
    try {
      while (!closed) {
        if (task.isInterrupted()) {
          onKill.run();
          return;
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      // The work is over.
    }
  }

  private void close() {
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
