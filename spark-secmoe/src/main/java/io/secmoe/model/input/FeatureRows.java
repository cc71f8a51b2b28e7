// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.input;

import java.util.Arrays;

/**
 * Rows of numbers, one column each.
 *
 * @param features rows × features, each of them accepted by {@link FeatureInput#accepts}
 */
public record FeatureRows(float[][] features) implements Rows {
  @Override
  public int count() {
    return features.length;
  }

  @Override
  public int length() {
    return 1;
  }

  @Override
  public int[] lengths() {
    int[] lengths = new int[features.length];
    Arrays.fill(lengths, 1);
    return lengths;
  }
}
