// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.data;

/** The distances of results from expected values. */
public final class ErrorFigures {
  private final Outputs allowed;
  private double largest;
  private long wrong;

  public ErrorFigures(Outputs allowed) {
    this.allowed = allowed;
  }

  /** One row. */
  public void add(double[] expected, double[] got) {
    double largestOfRow = largestOf(expected);
    for (int i = 0; i < expected.length; i++) {
      double error =
          Math.abs(got[i] - expected[i])
              / switch (allowed.scale()) {
                case ABSOLUTE -> 1;
                case RELATIVE -> Math.abs(expected[i]);
                case LARGEST -> largestOfRow;
              };
      largest = Math.max(largest, error);
      wrong += error <= allowed.allowed() ? 0 : 1;
    }
  }

  private static double largestOf(double[] row) {
    double most = 1;
    for (double x : row) {
      most = Math.max(most, Math.abs(x));
    }
    return most;
  }

  public double largest() {
    return largest;
  }

  /** Returns the number of values that are further away than allowed. */
  public long wrong() {
    return wrong;
  }
}
