// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

/**
 * A calibrated range.
 *
 * @param largest the largest magnitude seen on the samples
 * @param bits the range promised: |v| &lt; 2^bits
 */
public record Range(double largest, int bits) {
  /** Returns twice the largest magnitude, rounded up to a power of two; at least 2^1. */
  public static Range of(double largest) {
    int bits = largest == 0 ? 1 : Math.getExponent(largest) + 2;
    return new Range(largest, Math.max(1, bits));
  }
}
