// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.share;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Correlations;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Converts XOR shares of a bit to additive shares of the same bit modulo M (B2A).
 *
 * <p>With b = b_C ⊕ b_S, b = b_C + b_S − 2·b_C·b_S. The product takes one correlated OT, with the
 * client's bit b_C as choice and −2·b_S as correlation. The result is exact. The protocol takes 1
 * round. Each element costs 1 correlated OT and 1 + ⌈log₂M⌉ bits.
 *
 * <p>Costs per element in Z_t: 1 COT, 42 bits; 1 round.
 */
public final class BitToArithmetic {
  private BitToArithmetic() {}

  /** Returns the client's additive share of the bit; the input stays open. */
  public static RingVector client(ClientParty c, DigitVector bit, Modulus to) {
    Arena arena = c.arena();
    try (Correlations correlations = c.receives().take(bit.length())) {
      CorrelatedOt.sendFlips(c, correlations, bit);
      try (RingVector product = CorrelatedOt.receive(c, correlations, to, bit)) {
        return lift(arena, bit, to).addInPlace(product);
      }
    }
  }

  /** Returns the server's additive share of the bit; the input stays open. */
  public static RingVector server(ServerParty s, DigitVector bit, Modulus to) {
    Arena arena = s.arena();
    try (RingVector own = lift(arena, bit, to);
        RingVector delta = own.copy(arena).affineInPlace(-2, 0);
        Correlations correlations = s.sends().take(bit.length());
        ArrowBuf flips = CorrelatedOt.receiveFlips(s, bit.length());
        RingVector product = CorrelatedOt.send(s, correlations, delta, flips)) {
      return own.copy(arena).addInPlace(product);
    }
  }

  /** Returns this party's additive share of the bit modulo {@code to}; the input stays open. */
  public static RingVector run(Party p, DigitVector bit, Modulus to) {
    return p.side(c -> client(c, bit, to), s -> server(s, bit, to));
  }

  private static RingVector lift(Arena arena, DigitVector bit, Modulus to) {
    try (RingVector ones = RingVector.constant(arena, to, bit.length(), 1)) {
      return ones.whereSet(arena, bit);
    }
  }
}
