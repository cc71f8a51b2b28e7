// SPDX-License-Identifier: Apache-2.0
package io.secmoe.network;

import io.secmoe.linear.Weights;
import java.util.Arrays;

/**
 * The server's weights of one feed-forward network, or of all experts of a sparse layer: a group
 * each.
 *
 * @param up [W1; V]: groups × {@link FeedForwardShape#upRows} × d
 * @param down W2: groups × d × d_ff
 * @param upBias groups × upRows integers at the scale of up·x, 12 + upFraction bits; null if there
 *     is none
 * @param downBias groups × d integers at the scale of down·h, the hidden features' fraction bits +
 *     downFraction; null if there is none
 */
public record FeedForwardWeights(Weights up, Weights down, long[] upBias, long[] downBias) {
  /** The biases b2 of group {@code group} alone; null if there are none. */
  public long[] downBias(int group) {
    return downBias == null
        ? null
        : Arrays.copyOfRange(downBias, group * down.rows(), (group + 1) * down.rows());
  }
}
