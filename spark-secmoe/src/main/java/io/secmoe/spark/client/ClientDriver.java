// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.memory.MemoryOverhead;
import io.secmoe.spark.metrics.ClientMetrics;
import io.secmoe.spark.metrics.Progress;
import io.secmoe.spark.metrics.ProgressBoard;
import io.secmoe.spark.metrics.ProgressPrinter;
import io.secmoe.spark.process.NativeCheck;
import io.secmoe.spark.process.Terminal;
import io.secmoe.spark.remote.RemoteModels;
import io.secmoe.spark.reporting.GivingUp;
import io.secmoe.spark.ui.ClientPage;
import io.secmoe.spark.ui.SecMoeTab;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * The plugin's part on the driver. It owns the progress board and shows it on the console, in the
 * Spark UI and in metrics.
 */
final class ClientDriver implements DriverPlugin {
  private static final String SPARKS_BAR = "spark.ui.showConsoleProgress";

  /**
   * The instance that Spark made, so that the application can find it. A Spark context has one, and
   * a JVM has one Spark context.
   */
  private static volatile ClientDriver current;

  private static volatile Consumer<Progress> listener = progress -> {};
  private static volatile String lastWord;

  private final ProgressBoard board = new ProgressBoard();
  private SparkContext spark;
  private ProgressPrinter printer;

  @Override
  public Map<String, String> init(SparkContext context, PluginContext plugin) {
    NativeCheck.load();
    SecMoeConf conf = SecMoeConf.of(context.conf());
    MemoryOverhead.check(context.conf());
    spark = context;
    lastWord = null;
    boolean bar = context.conf().getBoolean(SPARKS_BAR, false);
    if (conf.get(SecMoeConf.PROGRESS_CONSOLE).orElseGet(() -> console(context.conf()))) {
      printer = new ProgressPrinter(board, System.err, Terminal.isAttached() && !bar);
    }
    context.addSparkListener(
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            board.taskEnded(end.taskInfo().taskId());
          }
        });
    ClientMetrics.publish(plugin.metricRegistry(), board);
    SecMoeTab.attach(context, "secmoe", "SecMoE", "Private Inference", new ClientPage(board));
    current = this;
    return Map.of();
  }

  /**
   * Returns true if the console shows progress: as the user set Spark's own bar, or else on a
   * terminal.
   */
  private static boolean console(SparkConf spark) {
    return spark.contains(SPARKS_BAR) ? spark.getBoolean(SPARKS_BAR, false) : Terminal.isAttached();
  }

  static Optional<ClientDriver> current() {
    return Optional.ofNullable(current);
  }

  static void listen(Consumer<Progress> to) {
    listener = to;
  }

  static Optional<String> lastWord() {
    return Optional.ofNullable(lastWord);
  }

  ProgressBoard board() {
    return board;
  }

  void settle() {
    if (printer != null) {
      printer.settle();
    }
  }

  /**
   * Takes a {@link GivingUp} or a {@link Progress}. The answer is true if the sender waits for one;
   * Spark warns about answers that nobody waits for.
   */
  @Override
  public Object receive(Object message) {
    if (message instanceof GivingUp word) {
      lastWord = word.message();
      if (word.outdated() != null) {
        RemoteModels.forget(word.outdated());
      }
      spark.cancelStage(word.stage(), word.message());
      return true;
    }
    Progress progress = (Progress) message;
    board.hear(progress);
    if (printer != null && progress.event() instanceof Progress.Lost lost) {
      printer.say(
          "secmoe: an attempt of partition "
              + progress.partition()
              + " was lost: "
              + lost.report().loss());
    }
    listener.accept(progress);
    return progress.event().asked() ? true : null;
  }

  @Override
  public void shutdown() {
    listener = progress -> {};
    if (printer != null) {
      printer.close();
    }
    if (current == this) {
      current = null;
    }
  }
}
