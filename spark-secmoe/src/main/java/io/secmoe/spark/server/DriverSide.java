// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.spark.memory.MemoryOverhead;
import io.secmoe.spark.metrics.ServerMetrics;
import io.secmoe.spark.process.NativeCheck;
import io.secmoe.spark.ui.SecMoeTab;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugin's part on the driver: it receives registrations and claims. */
final class DriverSide implements DriverPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(DriverSide.class);

  /**
   * The instance that Spark made, so that the application can find it. A Spark context has one, and
   * a JVM has one Spark context.
   */
  private static volatile DriverSide current;

  private final ServingExecutors executors = new ServingExecutors();
  private volatile Admissions admissions;
  private volatile ModelServer server;

  @Override
  public Map<String, String> init(SparkContext spark, PluginContext context) {
    NativeCheck.load();
    MemoryOverhead.check(spark.conf());
    spark.addSparkListener(
        new SparkListener() {
          @Override
          public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
            executors.remove(removed.executorId());
          }
        });
    ServerMetrics.publish(
        context.metricRegistry(),
        () -> attempts().admitted(),
        () -> attempts().queued(),
        () -> attempts().running(),
        () -> executors.all().size());
    SecMoeTab.attach(spark, "secmoe-server", "SecMoE Server", "Served Model", new ServerPage(this));
    current = this;
    return Map.of();
  }

  static DriverSide current() {
    DriverSide side = current;
    if (side == null) {
      throw new IllegalStateException(
          "the server's Spark session runs without its plugin; set spark.plugins to "
              + ServerPlugin.class.getName());
    }
    return side;
  }

  ServingExecutors executors() {
    return executors;
  }

  void serve(Admissions now) {
    admissions = now;
  }

  /** Sets the server that the Spark UI shows. */
  void show(ModelServer now) {
    server = now;
  }

  Optional<ModelServer> server() {
    return Optional.ofNullable(server);
  }

  /** Returns the attempts that wait or run now. */
  AttemptsView attempts() {
    Admissions now = admissions;
    return now == null ? AttemptsView.NONE : now.view();
  }

  /**
   * Takes a {@link Registration} or a {@link CannotServe}, answered by true, or a {@link Claim},
   * answered by true if it stands.
   */
  @Override
  public Object receive(Object message) {
    if (message instanceof Registration registration) {
      executors.register(registration);
      return true;
    }
    if (message instanceof CannotServe failure) {
      LOG.error("Executor {} cannot serve: {}", failure.executor(), failure.reason());
      return true;
    }
    Admissions now = admissions;
    return message instanceof Claim claim && now != null && now.claimed(claim);
  }

  @Override
  public void shutdown() {
    if (current == this) {
      current = null;
    }
  }
}
