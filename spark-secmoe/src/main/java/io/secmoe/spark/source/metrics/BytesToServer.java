// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source.metrics;

import org.apache.spark.sql.connector.metric.CustomSumMetric;

/** A metric of a scan. Spark's pages make it by the name of its class. */
public final class BytesToServer extends CustomSumMetric {
  static final String NAME = "bytesToServer";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "bytes to server";
  }
}
