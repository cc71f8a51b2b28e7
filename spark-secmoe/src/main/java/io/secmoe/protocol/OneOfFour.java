package io.secmoe.protocol;

import io.secmoe.jni.Native;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Correlations;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Packed;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Table look-up by 1-of-4 OT: the client has choices c in 0..3, the server tables of four digits each; XOR shares of table[c].
 *
 * <p>Two correlations per look-up, combined as 2·Q₁ ⊕ Q₀ in GF(2^128), so that the four pads are H(x ⊕ c·Δ). The first table entry falls
 * out of its pad. Exact. Rounds: 1. Per element: 2 correlated OTs, 2 + 3·w bits.
 */
final class OneOfFour {
  private OneOfFour() {}

  /** The client's XOR share of table[choice], digits of {@code width} bits. */
  static DigitVector client(ClientParty c, DigitVector choices, int width) {
    long n = choices.length();
    try (Correlations correlations = c.receives().take(2 * n)) {
      CorrelatedOt.sendFlips(c, correlations, choices);

      DigitVector share = DigitVector.uninitialised(c.arena(), width, n);
      try (ArrowBuf in = c.channel().receive(Packed.bytes(n, 3 * width))) {
        Native.otTableReceive(c.pool().id(), correlations.take(), width, n, choices.address(), choices.bytes(), in.memoryAddress(),
            in.readableBytes(), share.address(), share.bytes());
      }
      return share;
    }
  }

  /** The server's XOR share; {@code table} holds four digits per look-up, one look-up after the other. */
  static DigitVector server(ServerParty s, DigitVector table) {
    long n = table.length() / 4;
    int width = table.width();
    try (Correlations correlations = s.sends().take(2 * n);
        ArrowBuf flips = CorrelatedOt.receiveFlips(s, n, 2)) {
      DigitVector share = DigitVector.uninitialised(s.arena(), width, n);
      ArrowBuf out = s.message(Packed.bytes(n, 3 * width));
      Native.otTableSend(s.pool().id(), correlations.take(), width, n, table.address(), table.bytes(), flips.memoryAddress(),
          flips.readableBytes(), share.address(), share.bytes(), out.memoryAddress(), out.readableBytes());
      s.send(out);
      return share;
    }
  }
}
