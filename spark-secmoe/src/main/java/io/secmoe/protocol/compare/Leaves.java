// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.compare;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeBuffer;
import io.secmoe.jni.NativeLeaves;
import io.secmoe.party.ClientParty;
import io.secmoe.party.CorrelationLots;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Packed;
import io.secmoe.ring.RingVector;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Computes the leaves of a comparison. The client has a number a, and the server has m numbers y_j,
 * all of k bits. They are cut into digits of b bits; the highest digit has the bits that are left.
 * Digit by digit, the parties get XOR shares of [a_i &gt; y_ij] + 2·[a_i = y_ij]. The lowest digit
 * has only the first bit.
 *
 * <p>One 1-of-2^b OT per digit serves up to 8 thresholds: the client's choice is the same, and the
 * table's entries are wider. The result is exact. The protocol takes 1 round. Each element costs,
 * for 8 thresholds, k correlated OTs and b + (2^b − 1)·2m bits per digit (half the second term for
 * the lowest digit). Source: CrypTFlow2 (Rathee et al., CCS 2020), section 3.1.
 *
 * <p>Costs per element of 10 bits and 3 thresholds: 10 COT, 91 bits; 1 rounds.
 */
public final class Leaves {
  private static final int THRESHOLDS_PER_TABLE = 8;

  private Leaves() {}

  /**
   * A table with one 1-of-2^bits OT per element: digit {@code position} against thresholds [from,
   * from + count) of m.
   */
  private record Table(int position, int shift, int bits, int from, int count, long n) {
    boolean lowest() {
      return position == 0;
    }

    long correlations() {
      return bits * n;
    }

    long flipBytes() {
      return Packed.bytes(n, bits);
    }

    long messageBytes() {
      return Packed.bytes(n, ((1 << bits) - 1) * count * (lowest() ? 1 : 2));
    }

    /** Returns this table's thresholds in a vector of all m. */
    DigitVector part(DigitVector all) {
      return all.view(from * n, count * n);
    }
  }

  private static List<Table> tables(int k, int m, int b, long n) {
    List<Table> tables = new ArrayList<>();
    for (int shift = 0; shift < k; shift += b) {
      for (int from = 0; from < m; from += THRESHOLDS_PER_TABLE) {
        tables.add(
            new Table(
                shift / b,
                shift,
                Math.min(b, k - shift),
                from,
                Math.min(THRESHOLDS_PER_TABLE, m - from),
                n));
      }
    }
    return tables;
  }

  private static long[] lots(List<Table> tables) {
    return tables.stream().mapToLong(Table::correlations).toArray();
  }

  /**
   * Returns this party's shares, a vector of m × n per digit, lowest first. {@code x} stays open:
   * the client has n values, the server m × n.
   */
  public static List<DigitVector> run(Party p, RingVector x, int k, int m, int leafBits) {
    return p.side(c -> client(c, x, k, m, leafBits), s -> server(s, x, k, m, leafBits));
  }

  /** Returns the client's shares, a vector of m × n per digit, lowest first; a stays open. */
  private static List<DigitVector> client(ClientParty c, RingVector a, int k, int m, int b) {
    long n = a.length();
    List<Table> tables = tables(k, m, b, n);
    try (CorrelationLots correlations = c.receives().take(lots(tables))) {
      List<DigitVector> digits = sendFlips(c, a, tables, correlations);
      return receive(c, m, tables, correlations, digits);
    }
  }

  /** Sends all tables' flips in one message and returns the choices. */
  private static List<DigitVector> sendFlips(
      ClientParty c, RingVector a, List<Table> tables, CorrelationLots correlations) {
    List<DigitVector> digits = new ArrayList<>();
    ArrowBuf flips = c.message(tables.stream().mapToLong(Table::flipBytes).sum());
    long at = flips.memoryAddress();
    for (int i = 0; i < tables.size(); at += tables.get(i++).flipBytes()) {
      DigitVector digit = a.digits(c.arena(), tables.get(i).shift, tables.get(i).bits);
      digits.add(digit);
      Native.otFlips(
          correlations.get(i).id(),
          digit.width(),
          digit.memory(),
          new NativeBuffer(at, tables.get(i).flipBytes()));
    }
    c.send(flips);
    return digits;
  }

  private static List<DigitVector> receive(
      ClientParty c,
      int m,
      List<Table> tables,
      CorrelationLots correlations,
      List<DigitVector> digits) {
    List<DigitVector> leaves = new ArrayList<>();
    try (ArrowBuf in = c.channel().receive(tables.stream().mapToLong(Table::messageBytes).sum())) {
      long at = in.memoryAddress();
      for (int i = 0; i < tables.size(); at += tables.get(i++).messageBytes()) {
        Table table = tables.get(i);
        if (table.from == 0) {
          leaves.add(DigitVector.uninitialised(c.arena(), table.lowest() ? 1 : 2, m * table.n));
        }
        DigitVector leaf = table.part(leaves.get(table.position));
        try (DigitVector digit = digits.get(i)) {
          Native.otLeavesReceive(
              c.pool().id(),
              correlations.get(i).take(),
              new NativeLeaves(table.bits, table.count, table.lowest()),
              table.n,
              digit.memory(),
              new NativeBuffer(at, table.messageBytes()),
              leaf.memory());
        }
      }
    }
    return leaves;
  }

  /** Returns the server's shares; {@code y} is m × n, threshold by threshold, and stays open. */
  private static List<DigitVector> server(ServerParty s, RingVector y, int k, int m, int b) {
    long n = y.length() / m;
    List<Table> tables = tables(k, m, b, n);
    List<DigitVector> leaves = new ArrayList<>();
    ArrowBuf out = s.message(tables.stream().mapToLong(Table::messageBytes).sum());
    try (CorrelationLots correlations = s.sends().take(lots(tables));
        ArrowBuf flips = s.channel().receive(tables.stream().mapToLong(Table::flipBytes).sum())) {
      long flipsAt = flips.memoryAddress();
      long at = out.memoryAddress();
      for (int i = 0; i < tables.size(); i++) {
        Table table = tables.get(i);
        if (table.from == 0) {
          leaves.add(DigitVector.uninitialised(s.arena(), table.lowest() ? 1 : 2, m * table.n));
        }
        DigitVector leaf = table.part(leaves.get(table.position));
        try (DigitVector digits =
            y.view(table.from * n, table.count * n).digits(s.arena(), table.shift, table.bits)) {
          Native.otLeavesSend(
              s.pool().id(),
              correlations.get(i).take(),
              new NativeLeaves(table.bits, table.count, table.lowest()),
              n,
              digits.memory(),
              new NativeBuffer(flipsAt, table.flipBytes()),
              leaf.memory(),
              new NativeBuffer(at, table.messageBytes()));
        }
        flipsAt += table.flipBytes();
        at += table.messageBytes();
      }
    }
    s.send(out);
    return leaves;
  }
}
