// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.input;

/**
 * Rows of numbers.
 *
 * @param features numbers per row
 * @param bits calibrated: every number satisfies |x| &lt; 2^bits
 */
public record FeatureInput(int features, int bits) implements InputSpec {
  @Override
  public int longest() {
    return 1;
  }

  /** Returns true if a feature lies in the calibrated range; false for NaN and infinities. */
  public boolean accepts(double feature) {
    return Math.abs(feature) < Math.scalb(1.0, bits);
  }
}
