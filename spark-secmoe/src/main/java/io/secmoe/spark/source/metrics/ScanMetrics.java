// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source.metrics;

import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.Cost;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.Statistics;

/** The costs of one partition's inference so far, for Spark's SQL page. Public figures only. */
public final class ScanMetrics {
  /** The statistics of an inner scan that has none. */
  public static final Statistics UNKNOWN =
      new Statistics() {
        @Override
        public OptionalLong sizeInBytes() {
          return OptionalLong.empty();
        }

        @Override
        public OptionalLong numRows() {
          return OptionalLong.empty();
        }
      };

  private final Map<String, Long> values = new LinkedHashMap<>();

  public ScanMetrics() {
    all().forEach(metric -> values.put(metric.name(), 0L));
  }

  /** Returns all metrics of a scan. */
  public static List<CustomMetric> all() {
    return List.of(
        new RowsInferred(),
        new RowsNotValid(),
        new Batches(),
        new AttemptsLost(),
        new BytesToServer(),
        new BytesToClient());
  }

  /**
   * Counts an attempt that has ended. Bytes of lost attempts count as well, because they were paid
   * for.
   */
  public void add(AttemptReport report) {
    if (report.succeeded()) {
      add(RowsInferred.NAME, report.rows());
      add(Batches.NAME, 1);
    } else {
      add(AttemptsLost.NAME, 1);
    }
    add(BytesToServer.NAME, sum(report, Cost::toServer));
    add(BytesToClient.NAME, sum(report, Cost::toClient));
  }

  /**
   * Sets the number of rows until now that were not sent because the model does not take their
   * input.
   */
  public void invalid(long rows) {
    values.put(RowsNotValid.NAME, rows);
  }

  private void add(String name, long more) {
    values.merge(name, more, Long::sum);
  }

  private static long sum(AttemptReport report, ToLongFunction<Cost> figure) {
    return report.costs().stream().mapToLong(figure).sum();
  }

  public List<CustomTaskMetric> values() {
    return values.entrySet().stream()
        .<CustomTaskMetric>map(entry -> new Value(entry.getKey(), entry.getValue()))
        .toList();
  }

  private record Value(String name, long value) implements CustomTaskMetric {}
}
