package io.secmoe.protocol;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Correlations;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;

/**
 * AND gates that share an operand: XOR shares of a bit e and of a digit v of w bits to XOR shares of e·v. Gates of several widths may
 * go together, part by part, in the same rounds.
 *
 * <p>e·v = e_C·v_C ⊕ e_S·v_S ⊕ e_C·v_S ⊕ e_S·v_C; each cross term is one correlated OT over XOR. Exact. Rounds: 1½.
 * Per element: 2 correlated OTs, 2·(1 + w) bits.
 *
 * <p>Costs per element of 2 bits: 2 COT, 6 bits; 1½ rounds.
 */
public final class And {
  /** One party's operands of equally wide gates; they stay open. */
  record Gates(DigitVector e, DigitVector v) {
    DigitVector local(Arena arena) {
      return v.whereSet(arena, e);
    }

    long count() {
      return v.length();
    }
  }

  private And() {}

  /** The client's share of e·v; the inputs stay open. */
  public static DigitVector client(ClientParty c, DigitVector e, DigitVector v) {
    return client(c, List.of(new Gates(e, v))).get(0);
  }

  /** The server's share of e·v; the inputs stay open. */
  public static DigitVector server(ServerParty s, DigitVector e, DigitVector v) {
    return server(s, List.of(new Gates(e, v))).get(0);
  }

  /** The client's shares, part by part. */
  static List<DigitVector> client(ClientParty c, List<Gates> parts) {
    long[] counts = parts.stream().mapToLong(Gates::count).toArray();
    List<Correlations> ins = c.receives().take(counts);
    for (int i = 0; i < parts.size(); i++) {
      CorrelatedOt.sendFlips(c, ins.get(i), parts.get(i).e);
    }
    List<Correlations> outs = c.sends().take(counts);
    List<ArrowBuf> flips = new ArrayList<>();
    for (long count : counts) {
      flips.add(CorrelatedOt.receiveFlips(c, count, 1));
    }
    List<DigitVector> products = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Gates g = parts.get(i);
      try (Correlations in = ins.get(i); DigitVector theirs = CorrelatedOt.receive(c, in, g.v.width(), g.e)) {
        products.add(g.local(c.arena()).xorInPlace(theirs));
      }
    }
    for (int i = 0; i < parts.size(); i++) {
      try (Correlations out = outs.get(i);
          ArrowBuf f = flips.get(i);
          DigitVector ours = CorrelatedOt.send(c, out, parts.get(i).v, f)) {
        products.get(i).xorInPlace(ours);
      }
    }
    return products;
  }

  /** The server's shares, part by part. */
  static List<DigitVector> server(ServerParty s, List<Gates> parts) {
    long[] counts = parts.stream().mapToLong(Gates::count).toArray();
    List<Correlations> outs = s.sends().take(counts);
    List<ArrowBuf> flips = new ArrayList<>();
    for (long count : counts) {
      flips.add(CorrelatedOt.receiveFlips(s, count, 1));
    }
    List<Correlations> ins = s.receives().take(counts);
    for (int i = 0; i < parts.size(); i++) {
      CorrelatedOt.sendFlips(s, ins.get(i), parts.get(i).e);
    }
    List<DigitVector> products = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Gates g = parts.get(i);
      try (Correlations out = outs.get(i); ArrowBuf f = flips.get(i); DigitVector ours = CorrelatedOt.send(s, out, g.v, f)) {
        products.add(g.local(s.arena()).xorInPlace(ours));
      }
    }
    for (int i = 0; i < parts.size(); i++) {
      Gates g = parts.get(i);
      try (Correlations in = ins.get(i); DigitVector theirs = CorrelatedOt.receive(s, in, g.v.width(), g.e)) {
        products.get(i).xorInPlace(theirs);
      }
    }
    return products;
  }
}
