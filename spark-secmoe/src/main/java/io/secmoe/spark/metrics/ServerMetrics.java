// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.secmoe.channel.Meter;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The metrics of a server's executor, for Spark's metrics system. Names are stable. Thread-safe.
 */
public final class ServerMetrics {
  /** Every metric's name with its meaning. */
  public static final List<MetricDescription> DESCRIPTIONS =
      Stream.of(
              List.of(
                  new MetricDescription(
                      "servedAttempts",
                      "counter",
                      "executor",
                      "Attempts that were served to the end.")),
              TrafficMetrics.DESCRIPTIONS,
              List.of(
                  new MetricDescription(
                      "reservedBytes",
                      "gauge",
                      "executor",
                      "Native memory that attempts have reserved of" + " `spark.secmoe.memory`."),
                  new MetricDescription(
                      "admittedAttempts",
                      "gauge",
                      "driver",
                      "Attempts that got a place in the queue since the server started."),
                  new MetricDescription(
                      "queuedAttempts",
                      "gauge",
                      "driver",
                      "Attempts that wait for a task slot or memory: the queue's length."),
                  new MetricDescription(
                      "runningAttempts",
                      "gauge",
                      "driver",
                      "Attempts that hold a task slot and have not ended."),
                  new MetricDescription(
                      "executors",
                      "gauge",
                      "driver",
                      "Executors whose Flight servers are registered.")))
          .flatMap(List::stream)
          .toList();

  private final Counter served;
  private final TrafficMetrics traffic;

  /**
   * @param reserved bytes reserved now
   */
  public ServerMetrics(MetricRegistry registry, LongSupplier reserved) {
    served = registry.counter("servedAttempts");
    traffic = new TrafficMetrics(registry);
    registry.register("reservedBytes", (Gauge<Long>) reserved::getAsLong);
  }

  /** Publishes the driver's metrics. */
  public static void publish(
      MetricRegistry registry,
      LongSupplier admitted,
      LongSupplier queued,
      LongSupplier running,
      LongSupplier executors) {
    registry.register("admittedAttempts", (Gauge<Long>) admitted::getAsLong);
    registry.register("queuedAttempts", (Gauge<Long>) queued::getAsLong);
    registry.register("runningAttempts", (Gauge<Long>) running::getAsLong);
    registry.register("executors", (Gauge<Long>) executors::getAsLong);
  }

  /**
   * Counts an attempt that was served to the end.
   *
   * @param meter the server's meter
   */
  public void served(Meter meter) {
    served.inc();
    traffic.good(
        meter.entries().stream().map(Cost::ofServer).filter(cost -> cost.bytes() > 0).toList());
  }

  /** Counts an attempt that was lost after this many bytes both ways. */
  public void lost(long bytes) {
    traffic.lost(bytes);
  }
}
