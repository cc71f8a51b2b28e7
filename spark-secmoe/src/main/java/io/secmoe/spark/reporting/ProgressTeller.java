// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.reporting;

import io.secmoe.channel.Meter;
import io.secmoe.spark.metrics.BatchPlace;
import io.secmoe.spark.metrics.Progress;
import java.util.UUID;
import org.apache.spark.TaskContext;

/**
 * Tells the driver how a task's attempts go, a few times a second at most. Used by the task's
 * thread.
 */
public final class ProgressTeller {
  private static final long PAUSE_NANOS = 300_000_000;

  private final UUID run;
  private final TaskContext task;
  private int batch;
  private long told;

  public ProgressTeller(UUID run, TaskContext task) {
    this.run = run;
    this.task = task;
  }

  /** What is told from now on is about this batch. */
  public void turnTo(int next) {
    batch = next;
  }

  public void tell(Progress.Event event) {
    told = System.nanoTime();
    ClientExecutor.tell(
        new Progress(
            new BatchPlace(run, task.stageId(), task.taskAttemptId(), task.partitionId(), batch),
            event));
  }

  /** Tells where the conversation stands, unless something was told a moment ago. */
  public void tell(Meter meter) {
    if (System.nanoTime() - told > PAUSE_NANOS) {
      tell(
          new Progress.Running(
              meter.layer(), meter.step(), meter.totalSent() + meter.totalReceived()));
    }
  }
}
