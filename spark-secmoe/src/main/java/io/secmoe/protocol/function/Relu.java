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
 * Computes ReLU: additive shares of x in Z_{2^r} at f fraction bits become shares of max(x, 0) in
 * the same ring.
 *
 * <p>It takes a sign on the ring of rangeBits + f + 1 bits, then a mux. The result is exact for |x|
 * &lt; 2^rangeBits. Beyond that, the sign is that of x reduced into the range. The protocol takes
 * the rounds of {@link Compare} and {@link Mux}.
 *
 * <p>Costs per element in Z_{2^19} below 2^5: 35 COT, 144 bits; 6½ rounds.
 */
public final class Relu {
  private Relu() {}

  /** Returns this party's share of max(x, 0); x stays open. */
  public static RingVector run(Party p, RingVector x, int rangeBits, int fraction) {
    try (RingVector narrow = narrow(p.arena(), x, rangeBits + fraction);
        DigitVector positive = Thresholds.run(p, narrow, 0)) {
      return Mux.run(p, positive, x);
    }
  }

  private static RingVector narrow(Arena arena, RingVector x, int bits) {
    return x.reduce(arena, Modulus.powerOfTwo(bits + 1));
  }
}
