// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.reporting;

import io.secmoe.channel.Meter;
import io.secmoe.spark.metrics.BatchPlace;
import io.secmoe.spark.metrics.Progress;
import java.util.UUID;
import org.apache.spark.TaskContext;

/**
 * Reports the progress of a task's attempts to the driver, a few times a second at most. Used by
 * the task's thread.
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

  /** Sets the batch that later reports are about. */
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

  /** Reports the state of the conversation, unless there was a report a moment ago. */
  public void tell(Meter meter) {
    if (System.nanoTime() - told > PAUSE_NANOS) {
      tell(
          new Progress.Running(
              meter.layer(), meter.step(), meter.totalSent() + meter.totalReceived()));
    }
  }
}
