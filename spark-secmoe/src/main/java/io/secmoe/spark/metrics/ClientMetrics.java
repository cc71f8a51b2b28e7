// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The metrics of a client's executor, for Spark's metrics system, from its attempts' reports. Names
 * are stable. Thread-safe.
 */
public final class ClientMetrics {
  private static final String EXECUTOR = "executor";

  /** Every metric's name with its meaning. */
  public static final List<MetricDescription> DESCRIPTIONS =
      Stream.of(
              List.of(
                  new MetricDescription(
                      "attempts", "counter", EXECUTOR, "Attempts that ended, lost ones included."),
                  new MetricDescription(
                      "batches",
                      "counter",
                      EXECUTOR,
                      "Batches that got their logits: attempts that went well."),
                  new MetricDescription("rows", "counter", EXECUTOR, "Rows in these batches."),
                  new MetricDescription(
                      "batchFillPercent",
                      "histogram",
                      EXECUTOR,
                      "Rows of a batch over `spark.secmoe.batch.rows`, in percent."),
                  new MetricDescription(
                      "queueTime",
                      "timer",
                      EXECUTOR,
                      "From the ask for a ticket to the ticket, or to the loss of the attempt."),
                  new MetricDescription(
                      "batchTime",
                      "timer",
                      EXECUTOR,
                      "From the ticket to the logits, of attempts that went well.")),
              TrafficMetrics.DESCRIPTIONS,
              List.of(
                  new MetricDescription(
                      "queuedBatches",
                      "gauge",
                      "driver",
                      "Batches that wait in the server's queue, or for a place in it."),
                  new MetricDescription(
                      "workingBatches",
                      "gauge",
                      "driver",
                      "Batches that are waiting, running, or between two attempts.")))
          .flatMap(List::stream)
          .toList();

  private final Counter attempts;
  private final Counter batches;
  private final Counter rows;
  private final Histogram batchFill;
  private final Timer queueTime;
  private final Timer batchTime;
  private final TrafficMetrics traffic;

  /**
   * Makes all metrics but the layers' at once, because Spark publishes a registry only if it is not
   * empty when the plugin is up.
   */
  public ClientMetrics(MetricRegistry registry) {
    attempts = registry.counter("attempts");
    batches = registry.counter("batches");
    rows = registry.counter("rows");
    batchFill = registry.histogram("batchFillPercent");
    queueTime = registry.timer("queueTime");
    batchTime = registry.timer("batchTime");
    traffic = new TrafficMetrics(registry);
  }

  /** Publishes the driver's metrics, which show the board's present figures. */
  public static void publish(MetricRegistry registry, ProgressBoard board) {
    registry.register("queuedBatches", (Gauge<Integer>) () -> board.view().queued());
    registry.register("workingBatches", (Gauge<Integer>) () -> board.view().working().size());
  }

  /** Counts one attempt that ended. */
  public void count(AttemptReport report) {
    attempts.inc();
    queueTime.update(report.queuedMillis(), TimeUnit.MILLISECONDS);
    if (!report.succeeded()) {
      traffic.lost(report.total().bytes());
      return;
    }
    batches.inc();
    rows.inc(report.rows());
    batchFill.update(Math.round(100.0 * report.rows() / report.batch().capacity()));
    batchTime.update(report.conversedMillis(), TimeUnit.MILLISECONDS);
    traffic.good(report.costs());
  }
}
