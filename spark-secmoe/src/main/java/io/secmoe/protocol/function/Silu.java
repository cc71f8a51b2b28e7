// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.RingVector;

/**
 * SiLU, x/(1 + e^−x): additive shares of x in {@link Piecewise#ring} at 12 fraction bits to shares
 * in {@link Piecewise#result} of it at 15, within 2^−8, for |x| &lt; 2^rangeBits ≤ 2^9. {@link
 * SmoothRelu} with a tail of four quadratics.
 *
 * <p>Costs per element below 2^5: 67 COT, 787 bits; 12½ rounds.
 */
public final class Silu {
  private Silu() {}

  /** The client's share of silu(x); x stays open. */
  public static RingVector client(ClientParty c, RingVector x, int rangeBits) {
    return SmoothRelu.client(c, PiecewiseFunction.SILU_TAIL, x, rangeBits);
  }

  /** The server's share of silu(x); x stays open. */
  public static RingVector server(ServerParty s, RingVector x, int rangeBits) {
    return SmoothRelu.server(s, PiecewiseFunction.SILU_TAIL, x, rangeBits);
  }
}
