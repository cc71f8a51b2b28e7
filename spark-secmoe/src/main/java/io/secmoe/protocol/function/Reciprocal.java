// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.party.Party;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Computes 1/x for 1/2 ≤ x &lt; 2^rangeBits. The parties hold additive shares of x at {@code
 * fraction} ≥ 12 bits, in any ring where x stays below a quarter of the modulus, and get shares of
 * 1/x modulo t at 16.
 *
 * <p>The relative error is at most 2^−11.5 and a unit, with x taken at up to 16 fraction bits. The
 * protocol takes the rounds of {@link Octaves} and two rescales.
 *
 * <p>Costs per element below 2^7 in Z_t: 168 COT, 2057 bits; 15 rounds.
 */
public final class Reciprocal {
  /** The fraction bits of the result. */
  public static final int OUT = 16;

  private static final int LARGEST_FRACTION = 16;

  private Reciprocal() {}

  /** Returns this party's share of 1/x; x stays open. */
  public static RingVector run(Party p, RingVector x, int fraction, int rangeBits) {
    Octaves.Span span = span(fraction, rangeBits);
    try (RingVector v = Rescale.run(p, x, fraction - inside(fraction), span.ring());
        RingVector inverse = Octaves.run(p, OctaveFunction.RECIPROCAL, v, span, ring(span))) {
      return Rescale.run(p, inverse, shift(span), p.t());
    }
  }

  private static int inside(int fraction) {
    return Math.min(fraction, LARGEST_FRACTION);
  }

  /** Returns the span from 1/2 on. */
  private static Octaves.Span span(int fraction, int rangeBits) {
    return Octaves.Span.of(inside(fraction) - 1, inside(fraction) + rangeBits, 1);
  }

  private static Modulus ring(Octaves.Span span) {
    return Modulus.powerOfTwo(Octaves.FRACTION + span.steps() + 3);
  }

  /** Returns the shift of the result, from f(v/2^bottom) = (1/x)/2. */
  private static int shift(Octaves.Span span) {
    return Octaves.FRACTION + span.steps() - 1 - OUT;
  }
}
