// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.jni.Native;
import io.secmoe.party.Party;
import io.secmoe.protocol.compare.Thresholds;
import io.secmoe.protocol.product.CrossProduct;
import io.secmoe.protocol.share.Mux;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Computes powers of two. The parties hold additive shares of z in Z_{2^k}, k ≥ 20, at 13 fraction
 * bits, and get shares of 2^(z + bits) modulo t, for −2^(k − 14) &lt; z &lt; 2^5. A z below 0
 * counts as 0, and a z below 1/2 may count as 0.
 *
 * <p>2^(z_C + z_S) = 2^z_C·2^z_S, so each party raises 2 to its own share, and one {@link
 * CrossProduct} remains. The whole part of an exponent counts modulo t − 1, so shares modulo (t −
 * 1)·2^13 may wrap. The shares are split into whole parts i and fractions |r| ≤ 1/2. The product of
 * 2^i_C·⌊2^(r_C + ℓ_C)⌉ and 2^i_S·⌊2^(r_S + ℓ_S)⌉ modulo t, with ℓ_C + ℓ_S = bits, is the right
 * integer if i_C + i_S ≥ 0, which holds for z ≥ 0. A comparison and a mux lift smaller ones.
 *
 * <p>The result must satisfy 2^(z + bits) &lt; t/2. The relative error is below 2^(0.6 − bits/2),
 * for odd bits 2^(0.7 − bits/2). It comes from two roundings that depend on the shares, so the
 * errors of different elements are independent. The protocol takes the rounds of a comparison on k
 * − 11 bits and a mux, and two more.
 *
 * <p>Costs per element in Z_{2^21}: 20 COT, 390 bits; 7 rounds.
 *
 * <p>Source: Secure Poisson Regression (Kelkar, Le, Raykova, Seth, USENIX Security 2022), the
 * protocol for exponentiation, with wraps made exact by {@link Rescale} into Z_{(t−1)·2^13} and the
 * product by BGV.
 */
public final class PowerOfTwo {
  /** The fraction bits of the exponent. */
  static final int FRACTION = 13;

  /** The fraction bits at which the sign of the exponent is taken. */
  static final int COARSE = 2;

  /** The range of exponents, which are below 2^5. */
  static final int RANGE_BITS = 5;

  private static final Modulus CLAMPED = Modulus.powerOfTwo(RANGE_BITS + FRACTION + 2);

  private PowerOfTwo() {}

  /** Returns this party's share of 2^(z + bits); z stays open. */
  public static RingVector run(Party p, RingVector z, int bits) {
    try (RingVector coarse = coarse(p.arena(), z, p.isServer());
        DigitVector positive = Thresholds.run(p, coarse, 1);
        RingVector narrow = z.reduce(p.arena(), CLAMPED);
        RingVector clamped = Mux.run(p, positive, narrow);
        RingVector exponent = Rescale.run(p, clamped, 0, exponents(p.t()));
        RingVector factor = power(p.arena(), exponent, p.t(), half(p, bits))) {
      return CrossProduct.run(p, factor);
    }
  }

  /** Returns z at few bits, less than a unit off: a value of a unit or more is truly positive. */
  static RingVector coarse(Arena arena, RingVector z, boolean server) {
    int dropped = FRACTION - COARSE;
    return z.shift(arena, dropped, server, Modulus.powerOfTwo(z.modulus().bits() - dropped));
  }

  /** Returns this party's part of the product's scale. The client's factor has the odd bit. */
  private static int half(Party p, int bits) {
    return p.isServer() ? bits / 2 : (bits + 1) / 2;
  }

  private static Modulus exponents(Modulus t) {
    return new Modulus((t.value() - 1) << FRACTION);
  }

  private static RingVector power(Arena arena, RingVector exponent, Modulus t, int bits) {
    RingVector power = RingVector.uninitialised(arena, t, exponent.length());
    Native.ringPowers(
        arena.pool(), t.value(), power.length(), FRACTION, bits, exponent.memory(), power.memory());
    return power;
  }
}
