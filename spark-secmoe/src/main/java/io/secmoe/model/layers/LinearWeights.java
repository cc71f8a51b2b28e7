// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.linear.Weights;
import io.secmoe.ring.FixedPoint;
import java.util.Arrays;

/**
 * The server's weights of a {@link LinearSpec}. Not Serializable: weights never leave the server's
 * process.
 *
 * @param weights one group, outputs × inputs
 * @param bias per output, round(b·2^(12 + weights.fraction())); null where the layer has none
 */
public record LinearWeights(Weights weights, long[] bias) {
  /** The bias of a layer whose weights have so many fraction bits. */
  public static long[] bias(double[] bias, int weightFraction) {
    return Arrays.stream(bias)
        .mapToLong(b -> FixedPoint.encode(b, FixedPoint.FRACTION + weightFraction))
        .toArray();
  }
}
