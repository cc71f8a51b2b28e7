package io.secmoe.protocol;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * ReLU: additive shares of x in Z_{2^r} at 12 fraction bits to shares of max(x, 0) in the same ring.
 *
 * <p>A sign on a reduced ring, then a mux. The sign is exact to 2^−9: between −2^−9 and 2^−9 the result may be x instead of 0 or 0
 * instead of x. For |x| &lt; 2^rangeBits. Rounds: those of a comparison and a mux.
 */
public final class Relu {
  private static final int DROPPED = 3;

  private Relu() {}

  /** The client's share of max(x, 0); x stays open. */
  public static RingVector client(ClientParty c, RingVector x, int rangeBits) {
    try (RingVector coarse = coarse(c.arena(), x, rangeBits, false); DigitVector positive = Compare.client(c, coarse)) {
      return Mux.client(c, positive, x);
    }
  }

  /** The server's share of max(x, 0); x stays open. */
  public static RingVector server(ServerParty s, RingVector x, int rangeBits) {
    try (RingVector coarse = coarse(s.arena(), x, rangeBits, true);
        DigitVector positive = Compare.server(s, coarse).xorInPlace(1)) {
      return Mux.server(s, positive, x);
    }
  }

  private static RingVector coarse(Arena arena, RingVector x, int rangeBits, boolean ceil) {
    int bits = rangeBits + Piecewise.IN + 1;
    try (RingVector narrow = x.reduce(arena, Modulus.powerOfTwo(bits))) {
      return narrow.shift(arena, DROPPED, ceil, Modulus.powerOfTwo(bits - DROPPED));
    }
  }
}
