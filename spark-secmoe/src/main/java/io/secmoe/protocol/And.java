package io.secmoe.protocol;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Correlations;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import org.apache.arrow.memory.ArrowBuf;

/**
 * AND gates that share an operand: XOR shares of a bit e and of a digit v of w bits to XOR shares of e·v.
 *
 * <p>e·v = e_C·v_C ⊕ e_S·v_S ⊕ e_C·v_S ⊕ e_S·v_C; each cross term is one correlated OT over XOR. Exact. Rounds: 1½.
 * Per element: 2 correlated OTs, 2·(1 + w) bits.
 */
public final class And {
  private And() {}

  /** The client's share of e·v; the inputs stay open. */
  public static DigitVector client(ClientParty c, DigitVector e, DigitVector v) {
    long n = v.length();
    Arena arena = c.arena();
    try (Correlations in = c.receives().take(n)) {
      CorrelatedOt.sendFlips(c, in, e);
      try (Correlations out = c.sends().take(n);
          ArrowBuf flips = CorrelatedOt.receiveFlips(c, n, 1);
          DigitVector theirs = CorrelatedOt.receive(c, in, v.width(), e);
          DigitVector ours = CorrelatedOt.send(c, out, v, flips)) {
        return v.whereSet(arena, e).xorInPlace(theirs).xorInPlace(ours);
      }
    }
  }

  /** The server's share of e·v; the inputs stay open. */
  public static DigitVector server(ServerParty s, DigitVector e, DigitVector v) {
    long n = v.length();
    Arena arena = s.arena();
    try (Correlations out = s.sends().take(n);
        ArrowBuf flips = CorrelatedOt.receiveFlips(s, n, 1);
        Correlations in = s.receives().take(n)) {
      CorrelatedOt.sendFlips(s, in, e);
      try (DigitVector ours = CorrelatedOt.send(s, out, v, flips);
          DigitVector theirs = CorrelatedOt.receive(s, in, v.width(), e)) {
        return v.whereSet(arena, e).xorInPlace(theirs).xorInPlace(ours);
      }
    }
  }
}
