// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.share;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Correlations;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Multiplexes a shared value by a shared bit (mux). The parties hold XOR shares of a bit b and
 * additive shares of x modulo M, and get additive shares of b·x.
 *
 * <p>With b = b_C ⊕ b_S, b·x_S = b_S·x_S + b_C·(1 − 2b_S)·x_S. The first term is local. The second
 * takes one correlated OT whose choice is the client's bit. The parties exchange roles for x_C. The
 * result is exact. The protocol takes 1½ rounds. Each element costs 2 correlated OTs and 2·(1 +
 * ⌈log₂M⌉) bits.
 *
 * <p>Costs per element in Z_{2^21}: 2 COT, 44 bits; 1½ rounds.
 *
 * <p>Source: SIRNN (Rathee et al., S&amp;P 2021), section 3.1, on correlated OT.
 */
public final class Mux {
  private Mux() {}

  /** Returns the client's share of b·x; the inputs stay open. */
  public static RingVector client(ClientParty c, DigitVector bit, RingVector x) {
    Arena arena = c.arena();
    long n = x.length();
    try (Correlations in = c.receives().take(n)) {
      CorrelatedOt.sendFlips(c, in, bit);
      try (Correlations out = c.sends().take(n);
          ArrowBuf flips = CorrelatedOt.receiveFlips(c, n);
          RingVector theirs = CorrelatedOt.receive(c, in, x.modulus(), bit);
          RingVector delta = x.negatedWhereSet(arena, bit);
          RingVector ours = CorrelatedOt.send(c, out, delta, flips)) {
        return x.whereSet(arena, bit).addInPlace(theirs).addInPlace(ours);
      }
    }
  }

  /** Returns the server's share of b·x; the inputs stay open. */
  public static RingVector server(ServerParty s, DigitVector bit, RingVector x) {
    Arena arena = s.arena();
    long n = x.length();
    try (Correlations out = s.sends().take(n);
        ArrowBuf flips = CorrelatedOt.receiveFlips(s, n);
        Correlations in = s.receives().take(n)) {
      CorrelatedOt.sendFlips(s, in, bit);
      try (RingVector delta = x.negatedWhereSet(arena, bit);
          RingVector ours = CorrelatedOt.send(s, out, delta, flips);
          RingVector theirs = CorrelatedOt.receive(s, in, x.modulus(), bit)) {
        return x.whereSet(arena, bit).addInPlace(theirs).addInPlace(ours);
      }
    }
  }

  /** Returns this party's share of b·x; the inputs stay open. */
  public static RingVector run(Party p, DigitVector bit, RingVector x) {
    return p.side(c -> client(c, bit, x), s -> server(s, bit, x));
  }
}
