// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.party.Party;
import io.secmoe.protocol.compare.Compare;
import io.secmoe.protocol.compare.Thresholds;
import io.secmoe.protocol.share.Mux;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Computes x·s(x) for a function s with s(x) + s(−x) = 1, such as GeLU and SiLU have. Additive
 * shares of x in Z_{2^r} at 12 fraction bits become shares in Z_{2^(r − 11)} at 15.
 *
 * <p>x·s(x) = relu(x) + h(|x|). One sign serves both terms, as |x| = 2·relu(x) − x. The tail h is a
 * {@link Piecewise} function that vanishes far out. Its first piece has slope −½ exactly, so near 0
 * relu(x) + h(|x|) does not depend on the sign that x is taken to have. Therefore the sign is
 * compared at 2 fraction bits only.
 *
 * <p>Arguments must satisfy |x| &lt; 2^rangeBits ≤ 2^9, in {@link Piecewise#ring}. The protocol
 * takes the rounds of a {@link Compare}, a {@link Mux} and {@link Piecewise}. Source: the even part
 * as in BumbleBee (Lu et al., NDSS 2025); the coarse sign is ours.
 *
 * <p>Costs per element below 2^5: 57 COT, 700 bits; 12½ rounds.
 */
public final class SmoothRelu {
  private static final int SIGN_FRACTION = 2;

  private SmoothRelu() {}

  /**
   * Returns this party's share of x·s(x); x stays open.
   *
   * @param tail the function h of |x|
   */
  public static RingVector run(Party p, PiecewiseFunction tail, RingVector x, int rangeBits) {
    Arena arena = p.arena();
    try (RingVector coarse =
            Piecewise.coarse(arena, x, signBits(rangeBits), SIGN_FRACTION, p.isServer());
        DigitVector positive = Thresholds.run(p, coarse, 0);
        RingVector relu = Mux.run(p, positive, x);
        RingVector magnitude = magnitude(arena, relu, x);
        RingVector h = Piecewise.run(p, tail, magnitude, rangeBits)) {
      return widened(arena, relu).addInPlace(h);
    }
  }

  /**
   * Returns the bits of signed values below 2^rangeBits, with a unit more on either side, because
   * coarse shares are off by one.
   */
  private static int signBits(int rangeBits) {
    return rangeBits + 2;
  }

  /** Returns |x| = 2·relu(x) − x. */
  private static RingVector magnitude(Arena arena, RingVector relu, RingVector x) {
    return relu.copy(arena).combineInPlace(2, -1, x, 0);
  }

  /**
   * Returns relu(x) at the tail's fraction bits, in its ring: a multiple of 2^j modulo 2^(k − j) is
   * one modulo 2^k.
   */
  private static RingVector widened(Arena arena, RingVector relu) {
    Modulus to = Piecewise.result(relu.modulus());
    return relu.shift(arena, 0, false, to).affineInPlace(1L << (Piecewise.OUT - Piecewise.IN), 0);
  }
}
