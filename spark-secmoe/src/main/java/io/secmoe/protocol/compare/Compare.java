// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.compare;

import io.secmoe.party.Party;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;

/**
 * Sign: additive shares of x in Z_{2^k} to XOR shares of [x &lt; 0], x taken as a signed integer:
 * the complement of the one {@link Thresholds threshold} 0. Exact. With leaves of two bits, of
 * which there are L = ⌈(k − 1)/2⌉: 2½ + ⌈log₂L⌉ rounds, k − 1 + 2(L − 1) correlated OTs. In the
 * ripple form k − 1 rounds, 2k − 3 correlated OTs, 4k − 6 bits.
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
