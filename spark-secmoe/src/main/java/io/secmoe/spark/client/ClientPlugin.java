package io.secmoe.spark.client;

import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.Progress;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * For {@code spark.plugins} of the client's application: lets tasks tell the driver how they get on, and end their stage at once with a
 * named error when repeating them cannot help. Inference works without it, silently, and Spark then repeats tasks in vain.
 */
public final class ClientPlugin implements SparkPlugin {
  /** A task's last word. */
  private record GivingUp(int stage, String message) implements Serializable {}

  /** Spark makes the plugin; this is how tasks find their way to the driver. One per executor, of which a JVM has one. */
  private static volatile PluginContext toDriver;

  private static volatile Consumer<Progress> listener = progress -> {};
  private static volatile String lastWord;

  @Override
  public DriverPlugin driverPlugin() {
    return new Driver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new Executor();
  }

  /** Who is told of progress on this driver, from now on; called on Spark's threads, must be quick. */
  static void listen(Consumer<Progress> to) {
    listener = to;
  }

  /** Why a task has given up since the application started, if one has. */
  static Optional<String> lastWord() {
    return Optional.ofNullable(lastWord);
  }

  /** From a task to the driver's listener; lost if there is no plugin. */
  static void tell(Progress progress) {
    PluginContext context = toDriver;
    if (context != null) {
      try {
        context.send(progress);
      } catch (IOException e) {
        // Progress is a courtesy: the task goes on without.
      }
    }
  }

  /** Ends the task's stage, unless Spark's repeating the task may help. */
  static void giveUp(TaskContext task, InferenceException reason) {
    PluginContext context = toDriver;
    if (context != null && reason.kind() != InferenceException.Kind.BATCH_LOST) {
      try {
        context.ask(new GivingUp(task.stageId(), reason.getMessage()));
      } catch (Exception e) {
        reason.addSuppressed(e);
      }
    }
  }

  private static final class Driver implements DriverPlugin {
    private SparkContext spark;

    @Override
    public Map<String, String> init(SparkContext sparkContext, PluginContext context) {
      spark = sparkContext;
      lastWord = null;
      SecMoeConf.of(sparkContext.conf());
      return Map.of();
    }

    @Override
    public Object receive(Object message) {
      if (message instanceof GivingUp word) {
        lastWord = word.message();
        spark.cancelStage(word.stage(), word.message());
        return true;
      }
      listener.accept((Progress) message);
      return null;
    }

    @Override
    public void shutdown() {
      listener = progress -> {};
    }
  }

  private static final class Executor implements ExecutorPlugin {
    @Override
    public void init(PluginContext context, Map<String, String> extra) {
      toDriver = context;
    }

    @Override
    public void shutdown() {
      toDriver = null;
    }
  }
}
