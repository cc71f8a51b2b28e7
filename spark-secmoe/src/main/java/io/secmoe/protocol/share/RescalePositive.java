// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.share;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Applies {@link Rescale} to values that are known not to be negative: 0 ≤ x &lt; 2·{@link
 * Rescale#bound}, which is about M₁/2 and so one bit more than signed values may have. The server
 * subtracts the bound from its share before the rescale, and adds the bound's quotient afterwards.
 * Rounds, bits and error are those of {@link Rescale}.
 *
 * <p>Costs per element from Z_t to Z_{2^21}: 1 COT, 22 bits; 1 round.
 */
public final class RescalePositive {
  private RescalePositive() {}

  /** Returns the client's share of the rescaled value; x stays open. */
  public static RingVector client(ClientParty c, RingVector x, int shift, Modulus to) {
    return Rescale.client(c, x, shift, to);
  }

  /** Returns the server's share of the rescaled value; x stays open. */
  public static RingVector server(ServerParty s, RingVector x, int shift, Modulus to) {
    long bound = Rescale.bound(x.modulus(), shift);
    try (RingVector centred = x.copy(s.arena()).affineInPlace(1, -bound)) {
      return Rescale.server(s, centred, shift, to).affineInPlace(1, to.canonical(bound >>> shift));
    }
  }

  /** Returns this party's share of the rescaled value; x stays open. */
  public static RingVector run(Party p, RingVector x, int shift, Modulus to) {
    return p.side(c -> client(c, x, shift, to), s -> server(s, x, shift, to));
  }
}
