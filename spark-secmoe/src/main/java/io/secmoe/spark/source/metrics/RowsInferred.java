// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source.metrics;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** A figure of a scan. Spark's pages make one by its class's name. */
public final class RowsInferred extends CustomSumMetric {
  static final String NAME = "rowsInferred";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "rows inferred";
  }
}
