// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import io.secmoe.jni.NativeWeights;
import io.secmoe.ring.FixedPoint;
import java.util.Arrays;

/**
 * The server's weights and biases of a linear map, or of the same linear map of several experts: a
 * group each. Not Serializable: weights never leave the server's process.
 *
 * @param weights groups × outputs × inputs
 * @param bias one integer for each output of each group, at the scale of the product: x's fraction
 *     bits + weights.fraction(); null if there are none
 */
public record LinearWeights(Weights weights, long[] bias) {
  /** Makes weights without biases. */
  public LinearWeights(Weights weights) {
    this(weights, null);
  }

  /** Returns the biases for x at 12 fraction bits and weights with so many. */
  public static long[] bias(double[] bias, int weightFraction) {
    return Arrays.stream(bias)
        .mapToLong(b -> FixedPoint.encode(b, FixedPoint.FRACTION + weightFraction))
        .toArray();
  }

  /** Returns group {@code group} alone, sharing the weights' memory. */
  public LinearWeights group(int group) {
    int rows = weights.rows();
    return new LinearWeights(
        weights.group(group),
        bias == null ? null : Arrays.copyOfRange(bias, group * rows, (group + 1) * rows));
  }

  /** Returns all groups stacked into one matrix of groups·outputs × inputs, sharing memory. */
  public LinearWeights stacked() {
    return new LinearWeights(weights.stacked(), bias);
  }

  /** Returns the weights and biases as native kernels take them. */
  NativeWeights forKernel() {
    return weights.forKernel(bias);
  }
}
