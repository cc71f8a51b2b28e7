// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.AttemptReports;
import io.secmoe.spark.metrics.Cost;
import io.secmoe.spark.remote.RemoteModels;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.function.ToLongFunction;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import org.apache.spark.util.LongAccumulator;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The metrics of an operator in Spark's SQL page. They follow the reports of its attempts and hold
 * public figures only.
 */
final class InferMetrics implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String ROWS = "rowsInferred";
  private static final String BYTES_TO_SERVER = "bytesToServer";
  private static final String BYTES_TO_CLIENT = "bytesToClient";
  private static final String HALF_ROUNDS = "halfRounds";
  private static final String INVALID = "rowsInvalid";
  private static final String ROOM = "roomForRows";
  private static final String BATCHES = "batches";
  private static final String FILL = "batchFill";
  private static final String LOST = "attemptsLost";
  private static final String TIME = "inferenceTime";

  private final LinkedHashMap<String, SQLMetric> metrics = new LinkedHashMap<>();
  private final AttemptReports reports;
  private final LongAccumulator invalidRows;

  /**
   * @param reports collects the same attempts for the application
   */
  InferMetrics(SparkContext spark, AttemptReports reports) {
    this.reports = reports;
    this.invalidRows = RemoteModels.invalidRows(spark);
    metrics.put(ROWS, SQLMetrics.createMetric(spark, "rows inferred"));
    metrics.put(INVALID, SQLMetrics.createMetric(spark, "rows not sent: their input is not valid"));
    metrics.put(ROOM, SQLMetrics.createMetric(spark, "rows of as many full batches"));
    metrics.put(BATCHES, SQLMetrics.createMetric(spark, "batches"));
    metrics.put(FILL, SQLMetrics.createAverageMetric(spark, "batch fill in percent"));
    metrics.put(LOST, SQLMetrics.createMetric(spark, "attempts lost"));
    metrics.put(BYTES_TO_SERVER, SQLMetrics.createSizeMetric(spark, "bytes to server", -1));
    metrics.put(BYTES_TO_CLIENT, SQLMetrics.createSizeMetric(spark, "bytes to client", -1));
    metrics.put(
        HALF_ROUNDS, SQLMetrics.createMetric(spark, "half rounds (turns of the conversation)"));
    metrics.put(TIME, SQLMetrics.createTimingMetric(spark, "inference time, waiting included", -1));
  }

  scala.collection.immutable.Map<String, SQLMetric> asScala() {
    return scala.collection.immutable.Map$.MODULE$.from(CollectionConverters.asScala(metrics));
  }

  /**
   * Counts an attempt that has ended. Called in a task. Bytes of lost attempts count as well,
   * because they were paid for.
   */
  void add(AttemptReport report) {
    reports.add(report);
    add(BYTES_TO_SERVER, report, Cost::toServer);
    add(BYTES_TO_CLIENT, report, Cost::toClient);
    add(HALF_ROUNDS, report, cost -> Math.round(2 * cost.rounds()));
    metric(TIME).add(report.times().ended() - report.times().started());
    if (report.succeeded()) {
      metric(ROWS).add(report.rows());
      metric(ROOM).add(report.batch().capacity());
      metric(BATCHES).add(1);
      metric(FILL).set(100.0 * report.rows() / report.batch().capacity());
    } else {
      metric(LOST).add(1);
    }
  }

  /**
   * Counts the task's rows that were not sent because the model does not take their input. Called
   * at the task's end.
   */
  void addInvalid(long rows) {
    metric(INVALID).add(rows);
    invalidRows.add(rows);
  }

  long invalid() {
    return metric(INVALID).value();
  }

  private void add(String name, AttemptReport report, ToLongFunction<Cost> figure) {
    metric(name).add(report.costs().stream().mapToLong(figure).sum());
  }

  private SQLMetric metric(String name) {
    return metrics.get(name);
  }

  long rows() {
    return metric(ROWS).value();
  }

  long batches() {
    return metric(BATCHES).value();
  }

  /** Returns the rows divided by those of as many full batches, 0 to 1. */
  double fill() {
    return (double) rows() / Math.max(1, metric(ROOM).value());
  }

  long bytes() {
    return metric(BYTES_TO_SERVER).value() + metric(BYTES_TO_CLIENT).value();
  }

  long millis() {
    return metric(TIME).value();
  }
}
