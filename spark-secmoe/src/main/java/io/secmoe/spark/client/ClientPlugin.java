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
 * The plugin of the client's application, for {@code spark.plugins}. It lets tasks report their
 * progress to the driver, shows it in the Spark UI, on the console and in Spark's metrics, and ends
 * a stage at once with a named error when repeating its tasks cannot help. Inference works without
 * it, but silently, and Spark then repeats tasks in vain.
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
   * Reports progress on this driver to one more listener from now on. It is called on Spark's
   * threads and must be quick.
   */
  public static void listen(Consumer<Progress> to) {
    ClientDriver.listen(to);
  }

  /**
   * Returns the progress of this application's inference; empty if its driver runs without the
   * plugin.
   */
  public static Optional<ProgressBoard> board() {
    return ClientDriver.current().map(ClientDriver::board);
  }

  /**
   * Prints the latest progress, if progress is printed at all. The caller's next output begins on a
   * line of its own.
   */
  static void settleConsole() {
    ClientDriver.current().ifPresent(ClientDriver::settle);
  }

  /** Returns the reason why a task has given up since the application started, if one has. */
  public static Optional<String> lastWord() {
    return ClientDriver.lastWord();
  }
}
