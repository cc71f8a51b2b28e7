// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import io.secmoe.spark.metrics.Progress;
import io.secmoe.spark.metrics.ProgressBoard;
import io.secmoe.spark.reporting.ClientExecutor;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * For {@code spark.plugins} of the client's application: lets tasks tell the driver how they get
 * on, shows that in the Spark UI, on the console and in Spark's metrics, and ends a stage at once
 * with a named error when repeating its tasks cannot help. Inference works without it, silently,
 * and Spark then repeats tasks in vain.
 */
public final class ClientPlugin implements SparkPlugin {
  @Override
  public DriverPlugin driverPlugin() {
    return new ClientDriver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ClientExecutor();
  }

  /**
   * Who else is told of progress on this driver, from now on; called on Spark's threads, must be
   * quick.
   */
  public static void listen(Consumer<Progress> to) {
    ClientDriver.listen(to);
  }

  /** Where this application's inference stands; empty if its driver runs without the plugin. */
  public static Optional<ProgressBoard> board() {
    return ClientDriver.current().map(ClientDriver::board);
  }

  /**
   * Prints where things stand, if progress is printed at all: what the caller prints next begins on
   * a line of its own.
   */
  static void settleConsole() {
    ClientDriver.current().ifPresent(ClientDriver::settle);
  }

  /** Why a task has given up since the application started, if one has. */
  public static Optional<String> lastWord() {
    return ClientDriver.lastWord();
  }
}
