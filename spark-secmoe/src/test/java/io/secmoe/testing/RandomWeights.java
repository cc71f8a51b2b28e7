// SPDX-License-Identifier: Apache-2.0
package io.secmoe.testing;

import io.secmoe.linear.LinearWeights;
import io.secmoe.linear.Weights;
import io.secmoe.moe.MoeLayer;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.MoeWeights;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.FeedForwardWeights;
import io.secmoe.ring.FixedPoint;
import java.util.Random;

/** Random weights of feed-forward networks and sparse layers; biases lie in (−1/2, 1/2). */
public final class RandomWeights {
  private RandomWeights() {}

  /** Makes {@code groups} networks, with hidden features at {@code hiddenFraction} bits. */
  public static FeedForwardWeights feedForward(
      FeedForwardShape s, int groups, int hiddenFraction, Random random) {
    return new FeedForwardWeights(
        new LinearWeights(
            Weights.quantise(
                groups,
                s.upRows(),
                s.width(),
                s.up().fraction(),
                i -> random.nextDouble(-0.45, 0.45)),
            s.biased()
                ? biases(groups * s.upRows(), FixedPoint.FRACTION + s.up().fraction(), random)
                : null),
        new LinearWeights(
            Weights.quantise(
                groups,
                s.width(),
                s.hidden(),
                s.down().fraction(),
                i -> random.nextDouble(-0.45, 0.45)),
            s.biased()
                ? biases(groups * s.width(), hiddenFraction + s.down().fraction(), random)
                : null));
  }

  public static MoeWeights moe(MoeShape s, Random random) {
    int fraction = s.router().logits().fraction();
    return new MoeWeights(
        new LinearWeights(
            Weights.quantise(
                1, s.experts(), s.expert().width(), fraction, i -> random.nextDouble(-0.9, 0.9)),
            s.router().biased()
                ? biases(s.experts(), FixedPoint.FRACTION + fraction, random)
                : null),
        feedForward(s.expert(), s.experts(), MoeLayer.HIDDEN_FRACTION, random));
  }

  private static long[] biases(int n, int fraction, Random random) {
    return random.doubles(n, -0.5, 0.5).mapToLong(b -> FixedPoint.encode(b, fraction)).toArray();
  }
}
