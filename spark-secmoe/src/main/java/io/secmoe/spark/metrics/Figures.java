// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

/**
 * The figures of one inference, or of all inferences of an application.
 *
 * @param batches batches that got their predictions, each from one successful attempt
 * @param rows rows in these batches
 * @param fill rows divided by those of as many full batches, 0 to 1
 * @param cost cost of successful attempts together
 * @param wallSeconds from the first request for a ticket to the end of the last successful attempt
 * @param busySeconds the part of that time in which an attempt was running
 * @param lost attempts that were lost
 * @param lostBytes bytes both ways of lost attempts
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
  /** Returns the number of attempts of either kind. */
  public int attempts() {
    return batches + lost;
  }

  /** Returns the bytes both ways of successful attempts. */
  public long bytes() {
    return cost.bytes();
  }

  public double rowsPerSecond() {
    return rows / Math.max(1e-3, busySeconds);
  }
}
