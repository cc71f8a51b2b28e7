// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.party.Party;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Computes multiplier/√v for a shared integer v and a public multiplier. Additive shares of v in
 * {@link Shape#ring}, 2^bottom ≤ v &lt; 2^top, become shares of multiplier/√v modulo t at {@code
 * outFraction} bits.
 *
 * <p>The relative error is at most 2^−10 over the whole range, as long as the result has 10 bits.
 * The protocol takes the rounds of {@link Octaves} and a rescale.
 *
 * <p>Costs per element over 16 octaves: 209 COT, 2355 bits; 15 rounds.
 */
public final class Rsqrt {
  private static final int MULTIPLIER_BITS = 12;

  /**
   * The public parameters.
   *
   * @param bottom v is at least 2^bottom
   * @param top v is below 2^top
   * @param multiplier the multiplier
   * @param outFraction fraction bits of the result
   */
  public record Shape(int bottom, int top, double multiplier, int outFraction) {
    Octaves.Span span() {
      return Octaves.Span.of(bottom / 2 * 2, top, 2);
    }

    /** Returns the ring of v. */
    public Modulus ring() {
      return span().ring();
    }

    /**
     * Returns the bits by which f(v/2^bottom)·2^(16 + steps) exceeds the result, before the
     * multiplier.
     */
    private int surplus() {
      return Octaves.FRACTION + span().steps() + span().bottom() / 2 - outFraction;
    }

    private int multiplierFraction() {
      return Math.max(MULTIPLIER_BITS - Math.getExponent(multiplier), -surplus());
    }

    private long factor() {
      return Math.round(Math.scalb(multiplier, multiplierFraction()));
    }

    private int shift() {
      return surplus() + multiplierFraction();
    }

    private Modulus out() {
      return Modulus.powerOfTwo(
          Octaves.FRACTION + span().steps() + 3 + Long.SIZE - Long.numberOfLeadingZeros(factor()));
    }
  }

  private Rsqrt() {}

  /** Returns this party's share; v stays open. */
  public static RingVector run(Party p, RingVector v, Shape shape) {
    try (RingVector root =
        Octaves.run(p, OctaveFunction.RSQRT, v, shape.span(), shape.out())
            .affineInPlace(shape.factor(), 0)) {
      return Rescale.run(p, root, shape.shift(), p.t());
    }
  }
}
