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
 * x·s(x) for a gate s with s(x) + s(−x) = 1, such as GeLU and SiLU: additive shares of x in Z_{2^r}
 * at 12 fraction bits to shares in Z_{2^(r − 11)} at 15.
 *
 * <p>x·s(x) = relu(x) + h(|x|): one sign serves both, |x| = 2·relu(x) − x, and h is a {@link
 * Piecewise} function that vanishes far out. Its first piece has slope −½ exactly, so that there
 * relu(x) + h(|x|) is the same whichever sign x is taken to have: the sign is compared at 2
 * fraction bits only.
 *
 * <p>For |x| &lt; 2^rangeBits ≤ 2^9, in {@link Piecewise#ring}. Rounds: those of a {@link Compare},
 * a {@link Mux} and {@link Piecewise}. Source: the even part as in BumbleBee (Lu et al., NDSS
 * 2025); the coarse sign is ours.
 *
 * <p>Costs per element below 2^5: 57 COT, 700 bits; 12½ rounds.
 */
public final class SmoothRelu {
  private static final int SIGN_FRACTION = 2;

  private SmoothRelu() {}

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
