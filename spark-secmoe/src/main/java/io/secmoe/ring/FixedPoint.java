// SPDX-License-Identifier: Apache-2.0
package io.secmoe.ring;

/** Fixed point: round(x·2^fraction) in a ring represents x. */
public final class FixedPoint {
  /** The fraction bits of activations between layers. */
  public static final int FRACTION = 12;

  private FixedPoint() {}

  /** Returns round(x·2^fraction), ties away from zero. */
  public static long encode(double x, int fraction) {
    double scaled = Math.scalb(x, fraction);
    if (!(Math.abs(scaled) < 0x1p52)) {
      throw new IllegalArgumentException(
          "not a fixed-point number: a value is not finite or its magnitude is 2^"
              + (52 - fraction)
              + " or more");
    }
    return Math.round(scaled);
  }

  /** Returns ⌈log₂n⌉ for n ≥ 1: bits of the numbers below n. */
  public static int ceilLog2(int n) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(n - 1);
  }

  public static double decode(long fixed, int fraction) {
    return Math.scalb((double) fixed, -fraction);
  }
}
