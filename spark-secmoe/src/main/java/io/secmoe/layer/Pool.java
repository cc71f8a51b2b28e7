// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.WeightedSums;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.Arena;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Computes one vector for each sequence: shares of x modulo t, width × tokens, |x| &lt; 2^{@value
 * #RANGE_BITS}, become shares of y modulo t, width × sequences, both at 12 fraction bits. The
 * client keeps secret how many tokens of its padded length a sequence has.
 *
 * <p>The mean of a sequence's n tokens is a sum whose weights, 1/n and then zeros, only the client
 * knows ({@link WeightedSums}). The weights have as many fraction bits as t leaves room for, 16 at
 * 41 bits, and are rounded so that they add up to 1. The error is about √n·2^−17 of the deviation
 * of x from its mean, and a unit of the result. A sequence without tokens gives 0. A mean takes 2
 * rounds, those of {@link Rescale} included. The first token is a column at a public place,
 * whatever the sequence's length, and costs nothing.
 */
public final class Pool {
  /** The range of the averaged values, which is wider than that of any function between layers. */
  public static final int RANGE_BITS = 10;

  private Pool() {}

  /** Returns the client's share of y; x stays open. */
  public static RingVector client(
      ClientParty c, Pooling pooling, Sequences sequences, int[] lengths, int width, RingVector x) {
    if (pooling == Pooling.FIRST) {
      return first(c.arena(), sequences, width, x);
    }
    int fraction = weightFraction(c.t());
    try (RingVector weights = weights(c.arena(), c.t(), sequences, lengths, fraction);
        RingVector means = WeightedSums.client(c, x, width, sequences.length(), weights)) {
      return Rescale.client(c, means, fraction, c.t());
    }
  }

  /** Returns the server's share of y; x stays open. */
  public static RingVector server(
      ServerParty s, Pooling pooling, Sequences sequences, int width, RingVector x) {
    if (pooling == Pooling.FIRST) {
      return first(s.arena(), sequences, width, x);
    }
    try (RingVector means = WeightedSums.server(s, x, width, sequences.length())) {
      return Rescale.server(s, means, weightFraction(s.t()), s.t());
    }
  }

  private static RingVector first(Arena arena, Sequences sequences, int width, RingVector x) {
    RingVector y = RingVector.uninitialised(arena, x.modulus(), (long) width * sequences.count());
    for (long i = 0; i < y.length(); i++) {
      y.set(i, x.get(i * sequences.length()));
    }
    return y;
  }

  /** Returns the fraction bits that the range rule leaves to the weights. */
  private static int weightFraction(Modulus t) {
    return Long.SIZE
        - 1
        - Long.numberOfLeadingZeros(Rescale.bound(t, FixedPoint.FRACTION))
        - FixedPoint.FRACTION
        - RANGE_BITS;
  }

  /**
   * Returns the weights as the steps of i·2^fraction/n. They differ by at most one unit and add up
   * to 1, and the last step is at the sequence's end.
   */
  private static RingVector weights(
      Arena arena, Modulus t, Sequences sequences, int[] lengths, int fraction) {
    RingVector weights = RingVector.uninitialised(arena, t, sequences.tokens());
    for (int s = 0; s < sequences.count(); s++) {
      long n = Math.max(1, lengths[s]);
      long below = 0;
      for (int i = 0; i < sequences.length(); i++) {
        long upTo = ((long) Math.min(i + 1, lengths[s]) << fraction) / n;
        weights.set((long) s * sequences.length() + i, upTo - below);
        below = upTo;
      }
    }
    return weights;
  }
}
