// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.share;

import io.secmoe.jni.Native;
import io.secmoe.party.Correlations;
import io.secmoe.party.Party;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.Packed;
import io.secmoe.ring.RingVector;
import org.apache.arrow.memory.ArrowBuf;

/**
 * The steps of correlated OT in one direction, for the protocols that compose it. The receiver has
 * choices c and the sender has correlations δ. At the end each of them has a share, and the two
 * shares add up (or XOR) to c·δ.
 *
 * <p>The receiver first sends {@link #sendFlips}, 1 bit for each choice, because the choices of the
 * stock's correlations are random. The sender answers with the message of {@link #send}, one
 * element for each choice, as wide as the ring.
 */
public final class CorrelatedOt {
  private CorrelatedOt() {}

  /** Sends the first message: choice ⊕ random choice. Called by the receiver. */
  public static void sendFlips(Party receiver, Correlations correlations, DigitVector choices) {
    ArrowBuf out = receiver.message(Packed.bytes(choices.length(), choices.width()));
    Native.otFlips(correlations.id(), choices.width(), choices.memory(), Arena.readable(out));
    receiver.send(out);
  }

  /** Receives the receiver's first message, for n choices. Called by the sender. */
  public static ArrowBuf receiveFlips(Party sender, long n) {
    return sender.channel().receive(Packed.bytes(n, 1));
  }

  /** Sends the second message and returns the sender's additive share of c·δ. */
  public static RingVector send(
      Party sender, Correlations correlations, RingVector delta, ArrowBuf flips) {
    Modulus m = delta.modulus();
    long n = delta.length();
    RingVector share = RingVector.uninitialised(sender.arena(), m, n);
    ArrowBuf out = sender.message(m.packedBytes(n));
    Native.otRingSend(
        sender.pool().id(),
        correlations.take(),
        m.value(),
        n,
        delta.memory(),
        Arena.readable(flips),
        share.memory(),
        Arena.readable(out));
    sender.send(out);
    return share;
  }

  /** Receives the second message and returns the receiver's additive share of c·δ. */
  public static RingVector receive(
      Party receiver, Correlations correlations, Modulus m, DigitVector choices) {
    long n = choices.length();
    RingVector share = RingVector.uninitialised(receiver.arena(), m, n);
    try (ArrowBuf in = receiver.channel().receive(m.packedBytes(n))) {
      Native.otRingReceive(
          receiver.pool().id(),
          correlations.take(),
          m.value(),
          n,
          choices.memory(),
          Arena.readable(in),
          share.memory());
    }
    return share;
  }

  /** Sends the second message, over XOR, and returns the sender's XOR share of c·δ. */
  public static DigitVector send(
      Party sender, Correlations correlations, DigitVector delta, ArrowBuf flips) {
    long n = delta.length();
    DigitVector share = DigitVector.uninitialised(sender.arena(), delta.width(), n);
    ArrowBuf out = sender.message(Packed.bytes(n, delta.width()));
    Native.otDigitSend(
        sender.pool().id(),
        correlations.take(),
        delta.width(),
        n,
        delta.memory(),
        Arena.readable(flips),
        share.memory(),
        Arena.readable(out));
    sender.send(out);
    return share;
  }

  /**
   * Receives the second message, over XOR with δ of {@code width} bits, and returns the receiver's
   * XOR share of c·δ.
   */
  public static DigitVector receive(
      Party receiver, Correlations correlations, int width, DigitVector choices) {
    long n = choices.length();
    DigitVector share = DigitVector.uninitialised(receiver.arena(), width, n);
    try (ArrowBuf in = receiver.channel().receive(Packed.bytes(n, width))) {
      Native.otDigitReceive(
          receiver.pool().id(),
          correlations.take(),
          width,
          n,
          choices.memory(),
          Arena.readable(in),
          share.memory());
    }
    return share;
  }
}
