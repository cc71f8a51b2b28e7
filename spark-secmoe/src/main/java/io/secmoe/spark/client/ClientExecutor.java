package io.secmoe.spark.client;

import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.ClientMetrics;
import io.secmoe.spark.metrics.Progress;
import io.secmoe.spark.task.MemoryOverhead;
import io.secmoe.spark.task.NativeCheck;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;

/** The plugin's half in an executor: the tasks' way to the driver, and the executor's metrics. */
final class ClientExecutor implements ExecutorPlugin {
  /** Spark makes the plugin; this is how tasks find it. One per executor, of which a JVM has one. */
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

  static Optional<ClientExecutor> current() {
    return Optional.ofNullable(current);
  }

  /** Ends of attempts are counted here and have reached the driver's board when this returns; the rest is on its way. */
  void tell(Progress progress) {
    if (progress.event() instanceof Progress.Done done) {
      ended(progress, done.report());
    } else if (progress.event() instanceof Progress.Lost lost) {
      ended(progress, lost.report());
    } else {
      try {
        context.send(progress);
      } catch (IOException e) {
        // Progress is a courtesy: the task goes on without.
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
      // The same.
    }
  }

  void giveUp(int stage, InferenceException reason) {
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
