// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.source.metrics.ScanMetrics;
import io.secmoe.spark.sql.logical.Analysis;
import io.secmoe.spark.sql.logical.UnfoldingScan;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The inner format's scan, with predictions. Two are equal if they would read and infer the same;
 * Spark then runs one of them only.
 *
 * @param inner the inner scan, whose partitions are this scan's partitions
 * @param metadata the column of the file that a row comes from, which only an unfolded scan
 *     computes; null if nobody reads it
 * @param limit the most rows that anyone needs of one partition
 */
record InferenceScan(RemoteModel model, Scan inner, Layout layout, StructField metadata, int limit)
    implements Scan, SupportsReportStatistics, UnfoldingScan {
  InferenceScan {
    ArrowRows.check(layout.passed());
  }

  @Override
  public LogicalPlan unfold(DataSourceV2ScanRelation relation) {
    return Unfolded.of(this, relation);
  }

  @Override
  public boolean mustUnfold() {
    return metadata != null;
  }

  @Override
  public StructType readSchema() {
    return metadata == null ? layout.output() : layout.output().add(metadata);
  }

  @Override
  public String description() {
    return "PrivateInfer ["
        + model
        + "] "
        + layout.columns().input()
        + " -> "
        + String.join(", ", layout.added().stream().map(field -> field.name()).toList())
        + " over "
        + inner.description();
  }

  @Override
  public Batch toBatch() {
    if (mustUnfold()) {
      throw Analysis.error(
          "this session cannot compute the column "
              + FileMetadata.NAME
              + " of a table that another session has read;"
              + " read the table with spark.read().format(\"secmoe\") in this session");
    }
    return new InferenceBatch(this);
  }

  @Override
  public ColumnarSupportMode columnarSupportMode() {
    return ColumnarSupportMode.SUPPORTED;
  }

  @Override
  public Statistics estimateStatistics() {
    return inner instanceof SupportsReportStatistics reporting
        ? reporting.estimateStatistics()
        : ScanMetrics.UNKNOWN;
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return Stream.concat(Arrays.stream(inner.supportedCustomMetrics()), ScanMetrics.all().stream())
        .toArray(CustomMetric[]::new);
  }
}
