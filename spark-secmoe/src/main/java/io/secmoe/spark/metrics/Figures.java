// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

/**
 * What an inference, or all of an application, came to.
 *
 * @param batches that got their logits, each from one successful attempt
 * @param rows in these batches
 * @param fill rows over those of as many full batches, 0 to 1
 * @param cost of successful attempts together
 * @param wallSeconds from the first ask for a ticket to the end of the last successful attempt
 * @param busySeconds the same without the times in which no attempt was on its way
 * @param lost attempts that were lost
 * @param lostBytes both ways, of lost attempts
 */
public record Figures(
    int batches,
    long rows,
    double fill,
    Cost cost,
    double wallSeconds,
    double busySeconds,
    int lost,
    long lostBytes) {
  /** Attempts of either kind. */
  public int attempts() {
    return batches + lost;
  }

  /** Bytes both ways, of successful attempts. */
  public long bytes() {
    return cost.bytes();
  }

  public double rowsPerSecond() {
    return rows / Math.max(1e-3, busySeconds);
  }
}
