// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.share;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeBuffer;
import io.secmoe.party.ClientParty;
import io.secmoe.party.CorrelationLots;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Packed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Computes AND gates that share an operand. The parties hold XOR shares of a bit e and of a digit v
 * of w bits, and get XOR shares of e·v. Gates of several widths can run together in the same
 * rounds, one part for each width.
 *
 * <p>With e = e_C ⊕ e_S and v = v_C ⊕ v_S (C is the client, S the server), e·v = e_C·v_C ⊕ e_S·v_S
 * ⊕ e_C·v_S ⊕ e_S·v_C. The first two terms are local, and each of the other two takes one
 * correlated OT over XOR. The result is exact. The protocol takes 1½ rounds. Each element costs 2
 * correlated OTs and 2·(1 + w) bits.
 *
 * <p>Costs per element of 2 bits: 2 COT, 6 bits; 1½ rounds.
 */
public final class And {
  /**
   * One party's shares of the operands of gates of one width. The operands stay open.
   *
   * @param e one bit for each gate
   * @param v one digit for each gate
   */
  public record Gates(DigitVector e, DigitVector v) {
    long count() {
      return v.length();
    }
  }

  private And() {}

  /** Returns this party's share of e·v; the inputs stay open. */
  public static DigitVector run(Party p, DigitVector e, DigitVector v) {
    return run(p, List.of(new Gates(e, v))).get(0);
  }

  /** Returns the client's shares, part by part. */
  public static List<DigitVector> client(ClientParty c, List<Gates> parts) {
    long[] counts = counts(parts);
    List<DigitVector> products = new ArrayList<>();
    try (CorrelationLots in = c.receives().take(counts)) {
      sendFlips(c, in, parts);
      try (CorrelationLots out = c.sends().take(counts);
          ArrowBuf flips = c.channel().receive(flipBytes(counts))) {
        receive(c, in, parts, products);
        send(c, out, parts, flips, products);
      }
    }
    return products;
  }

  /** Returns the server's shares, part by part. */
  public static List<DigitVector> server(ServerParty s, List<Gates> parts) {
    long[] counts = counts(parts);
    List<DigitVector> products = new ArrayList<>();
    try (CorrelationLots out = s.sends().take(counts);
        ArrowBuf flips = s.channel().receive(flipBytes(counts))) {
      try (CorrelationLots in = s.receives().take(counts)) {
        sendFlips(s, in, parts);
        send(s, out, parts, flips, products);
        receive(s, in, parts, products);
      }
    }
    return products;
  }

  /** Returns this party's shares of the products, part by part. */
  public static List<DigitVector> run(Party p, List<Gates> parts) {
    return p.side(c -> client(c, parts), s -> server(s, parts));
  }

  private static long[] counts(List<Gates> parts) {
    return parts.stream().mapToLong(Gates::count).toArray();
  }

  private static long flipBytes(long... counts) {
    return LongStream.of(counts).map(n -> Packed.bytes(n, 1)).sum();
  }

  /** Sends the flips of all parts in one message. */
  private static void sendFlips(Party party, CorrelationLots in, List<Gates> parts) {
    ArrowBuf out = party.message(flipBytes(counts(parts)));
    long at = out.memoryAddress();
    for (int i = 0; i < parts.size(); i++) {
      Gates g = parts.get(i);
      Native.otFlips(in.get(i).id(), 1, g.e.memory(), new NativeBuffer(at, flipBytes(g.count())));
      at += flipBytes(g.count());
    }
    party.send(out);
  }

  /** Adds this party's shares of e_own·v_peer to the products. */
  private static void receive(
      Party party, CorrelationLots in, List<Gates> parts, List<DigitVector> products) {
    for (int i = 0; i < parts.size(); i++) {
      Gates g = parts.get(i);
      try (DigitVector theirs = CorrelatedOt.receive(party, in.get(i), g.v.width(), g.e)) {
        product(party, g, products, i).xorInPlace(theirs);
      }
    }
  }

  /** Adds this party's shares of e_peer·v_own to the products. */
  private static void send(
      Party party,
      CorrelationLots out,
      List<Gates> parts,
      ArrowBuf flips,
      List<DigitVector> products) {
    long at = 0;
    for (int i = 0; i < parts.size(); i++) {
      Gates g = parts.get(i);
      try (DigitVector ours =
          CorrelatedOt.send(party, out.get(i), g.v, flips.slice(at, flipBytes(g.count())))) {
        product(party, g, products, i).xorInPlace(ours);
      }
      at += flipBytes(g.count());
    }
  }

  /** Returns product i, which starts as the local term. */
  private static DigitVector product(Party party, Gates g, List<DigitVector> products, int i) {
    if (i == products.size()) {
      products.add(g.v.whereSet(party.arena(), g.e));
    }
    return products.get(i);
  }
}
