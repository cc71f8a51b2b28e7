package io.secmoe.spark.server;

import io.secmoe.spark.conf.SecMoeConf;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugin's half on the driver: hears registrations and claims. */
final class DriverSide implements DriverPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(DriverSide.class);
  /** Spark makes the plugin; this is how the application finds it. One per Spark context, of which a JVM has one. */
  private static volatile DriverSide current;

  private final Executors executors = new Executors();
  private volatile Admissions admissions;

  @Override
  public Map<String, String> init(SparkContext spark, PluginContext context) {
    SecMoeConf.of(spark.conf());
    spark.addSparkListener(new SparkListener() {
      @Override
      public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
        executors.remove(removed.executorId());
        if (current != null) {
          LOG.warn("Executor {} is lost: {}", removed.executorId(), removed.reason());
        }
      }
    });
    current = this;
    return Map.of();
  }

  static DriverSide current() {
    DriverSide side = current;
    if (side == null) {
      throw new IllegalStateException("the server's Spark session runs without its plugin; set spark.plugins to "
          + ServerPlugin.class.getName());
    }
    return side;
  }

  Executors executors() {
    return executors;
  }

  void serve(Admissions now) {
    admissions = now;
  }

  /** A {@link Registration}, answered by true, or a {@link Claim}, answered by whether it stands. */
  @Override
  public Object receive(Object message) {
    if (message instanceof Registration registration) {
      executors.register(registration);
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
