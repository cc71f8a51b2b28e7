// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.party.Party;
import io.secmoe.protocol.share.RescalePositive;
import io.secmoe.ring.Arena;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Computes e^x for x ≤ 0. The parties hold additive shares of x in {@link #ring}(rangeBits) at 12
 * fraction bits, −2^rangeBits &lt; x ≤ 0, and get shares of e^x modulo t at {@code outFraction}
 * bits, 12 to 20.
 *
 * <p>e^x = 2^(x·log₂e), so {@link PowerOfTwo} takes a public multiple of x as exponent. The error
 * is at most 2^−10.5 absolute and a unit of the result. A result below 2^−13 stays near 2^−13. The
 * protocol takes the rounds of a power of two and a rescale.
 *
 * <p>Costs per element in Z_{2^33}: 18 COT, 425 bits; 7 rounds.
 */
public final class Exp {
  /** The fraction bits of x. */
  public static final int IN = 12;

  /** The integer nearest to log₂e at 14 fraction bits; its relative error is 2^−17.6. */
  static final int LOG2_E = 23637;

  static final int LOG2_E_FRACTION = 14;

  /**
   * The number of octaves below 1 in which powers are told apart; smaller powers count as 2^−13.
   */
  private static final int OCTAVES = 13;

  private Exp() {}

  /** Returns the ring of the argument, with room for its multiple by log₂e. */
  public static Modulus ring(int rangeBits) {
    return Modulus.powerOfTwo(
        Math.max(rangeBits, PowerOfTwo.RANGE_BITS) + IN + LOG2_E_FRACTION + 2);
  }

  /** Returns this party's share of e^x; x stays open. */
  public static RingVector run(Party p, RingVector x, int outFraction) {
    int scale = scale(p.t(), outFraction);
    try (RingVector z =
            exponent(p.arena(), x, p.isServer())
                .affineInPlace(1, p.share(OCTAVES << PowerOfTwo.FRACTION));
        RingVector power = PowerOfTwo.run(p, z, scale - OCTAVES)) {
      return RescalePositive.run(p, power, scale - outFraction, p.t());
    }
  }

  /**
   * Returns the scale of e^0 = 2^scale, below t/2. t is 1 modulo 2^24, so rescaling by more bits
   * would not be exact.
   */
  private static int scale(Modulus t, int outFraction) {
    return Math.min(t.bits() - 2, outFraction + 24);
  }

  /** Returns x·log₂e at 13 fraction bits. */
  private static RingVector exponent(Arena arena, RingVector x, boolean server) {
    int dropped = IN + LOG2_E_FRACTION - PowerOfTwo.FRACTION;
    try (RingVector wide = x.copy(arena).affineInPlace(LOG2_E, 0)) {
      return wide.shift(arena, dropped, server, Modulus.powerOfTwo(x.modulus().bits() - dropped));
    }
  }
}
