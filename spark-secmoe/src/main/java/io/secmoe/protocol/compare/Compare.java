// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.compare;

import io.secmoe.party.Party;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;

/**
 * Computes a sign: additive shares of x in Z_{2^k} become XOR shares of [x &lt; 0], with x taken as
 * a signed integer. This is the complement of the bit of the one {@link Thresholds threshold} 0.
 * The result is exact. With leaves of two bits, of which there are L = ⌈(k − 1)/2⌉, the protocol
 * takes 2½ + ⌈log₂L⌉ rounds and k − 1 + 2(L − 1) correlated OTs per element. In the ripple form it
 * takes k − 1 rounds, 2k − 3 correlated OTs and 4k − 6 bits.
 *
 * <p>Costs per element in Z_{2^21}: 38 COT, 123 bits; 5½ rounds.
 */
public final class Compare {
  private Compare() {}

  /** Returns this party's XOR share of [x &lt; 0]; x stays open. */
  public static DigitVector run(Party p, RingVector x) {
    return Thresholds.run(p, x, 0).xorInPlace((int) p.share(1));
  }
}
