// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

/**
 * Counts how often one value of a model had which magnitude in a column: a histogram in quarters of
 * an octave.
 */
final class Magnitudes {
  private static final int QUARTERS = 4;
  private static final int MIN = -64;
  private static final int MAX = 128;

  private final long[] counts = new long[QUARTERS * (MAX - MIN)];
  private double largest;

  void add(double magnitude) {
    largest = Math.max(largest, magnitude);
    if (magnitude > 0 && Double.isFinite(magnitude)) {
      counts[quarter(magnitude)]++;
    }
  }

  /** Returns the largest magnitude; NaN if one of them was NaN. */
  double largest() {
    return largest;
  }

  /**
   * Returns the number of columns that reached half of the largest magnitude, give or take a
   * quarter of an octave.
   */
  long nearLargest() {
    long near = 0;
    if (largest > 0 && Double.isFinite(largest)) {
      for (int i = Math.max(0, quarter(largest) - QUARTERS); i <= quarter(largest); i++) {
        near += counts[i];
      }
    }
    return near;
  }

  private static int quarter(double magnitude) {
    int quarter = (int) Math.floor(QUARTERS * Math.log(magnitude) / Math.log(2)) - QUARTERS * MIN;
    return Math.max(0, Math.min(QUARTERS * (MAX - MIN) - 1, quarter));
  }
}
