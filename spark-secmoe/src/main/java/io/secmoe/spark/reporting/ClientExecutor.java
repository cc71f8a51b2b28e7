// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.reporting;

import io.secmoe.spark.memory.MemoryOverhead;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.ClientMetrics;
import io.secmoe.spark.metrics.Progress;
import io.secmoe.spark.process.NativeCheck;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.Tokenizers;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;

/** The plugin's part in an executor: the tasks' way to the driver, and the executor's metrics. */
public final class ClientExecutor implements ExecutorPlugin {
  /**
   * The instance that Spark made, so that tasks can find it. An executor has one, and a JVM has one
   * executor.
   */
  private static volatile ClientExecutor current;

  private PluginContext context;
  private ClientMetrics metrics;

  @Override
  public void init(PluginContext plugin, Map<String, String> extra) {
    NativeCheck.load();
    MemoryOverhead.check(plugin.conf());
    context = plugin;
    metrics = new ClientMetrics(plugin.metricRegistry());
    current = this;
  }

  /**
   * Sends progress from a task to the driver's board and this executor's metrics. It is lost if
   * there is no plugin.
   */
  static void tell(Progress progress) {
    ClientExecutor plugin = current;
    if (plugin != null) {
      plugin.send(progress);
    }
  }

  /**
   * Ends the task's stage, unless repeating the task may help. Without the plugin Spark repeats the
   * task in vain.
   *
   * @param task null outside of tasks, where there is nothing to end
   * @return the reason, to be thrown
   */
  public static InferenceException giveUp(TaskContext task, InferenceException reason) {
    ClientExecutor plugin = current;
    if (plugin != null && task != null && reason.kind() != InferenceException.Kind.BATCH_LOST) {
      plugin.giveUp(task.stageId(), reason);
    }
    return reason;
  }

  /**
   * Sends progress. Ends of attempts are counted here and have reached the driver's board when this
   * returns; other progress arrives later.
   */
  private void send(Progress progress) {
    if (progress.event() instanceof Progress.Done done) {
      ended(progress, done.report());
    } else if (progress.event() instanceof Progress.Lost lost) {
      ended(progress, lost.report());
    } else {
      try {
        context.send(progress);
      } catch (IOException e) {
        // Progress reports are optional: the task goes on without.
      }
    }
  }

  private void ended(Progress progress, AttemptReport report) {
    metrics.count(report);
    try {
      context.ask(progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      // Progress reports are optional: the task goes on without.
    }
  }

  private void giveUp(int stage, InferenceException reason) {
    try {
      context.ask(new GivingUp(stage, reason.getMessage(), reason.outdated()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      reason.addSuppressed(e);
    }
  }

  @Override
  public void shutdown() {
    if (current == this) {
      current = null;
    }
    Tokenizers.close();
  }
}
