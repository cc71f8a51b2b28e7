// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.compare;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Correlations;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.share.CorrelatedOt;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Runs the millionaires' protocol in few bytes. The client has a, and the server has y_j for j &lt;
 * m, all of k bits. They get XOR shares of [a &gt; y_j], computed bit by bit from the lowest.
 *
 * <p>[a &gt; y] is the carry g out of a + z with z = ¬y, where g ← (a_i ⊕ g)(z_i ⊕ g) ⊕ g. With u =
 * a_i ⊕ g_C of the client and v = z_i ⊕ g_S of the server, the product is uv ⊕ g_C·g_S plus local
 * terms. It takes two correlated OTs in one direction.
 *
 * <p>The result is exact. The protocol takes k rounds. Each element costs m(2k − 1) correlated OTs
 * and 2m(2k − 1) bits. Source: the ripple-carry adder in the form of Boyar and Peralta with one AND
 * per bit, on correlated OT.
 *
 * <p>Costs per element of 20 bits and 1 threshold: 39 COT, 78 bits; 20 rounds.
 */
public final class ComparisonRipple {
  private ComparisonRipple() {}

  /** Returns the client's shares, m × n bits; a stays open. */
  public static DigitVector client(ClientParty c, RingVector a, int k, int m) {
    Arena arena = c.arena();
    DigitVector g;
    try (DigitVector bit = bit(arena, a, 0, m)) {
      g = receive(c, bit);
    }
    for (int i = 1; i < k; i++) {
      try (DigitVector carry = g;
          DigitVector u = bit(arena, a, i, m).xorInPlace(carry);
          DigitVector choices = DigitVector.concat(arena, u, carry);
          DigitVector products = receive(c, choices);
          DigitVector own = u.whereSet(arena, carry).xorInPlace(carry)) {
        g = sum(arena, own, products);
      }
    }
    return g;
  }

  /** Returns the server's shares; {@code y} is m × n, threshold by threshold, and stays open. */
  public static DigitVector server(ServerParty s, RingVector y, int k) {
    Arena arena = s.arena();
    DigitVector g;
    try (DigitVector bit = bit(arena, y, 0, 1).xorInPlace(1)) {
      g = send(s, bit);
    }
    for (int i = 1; i < k; i++) {
      try (DigitVector carry = g;
          DigitVector v = bit(arena, y, i, 1).xorInPlace(1).xorInPlace(carry);
          DigitVector deltas = DigitVector.concat(arena, v, carry);
          DigitVector products = send(s, deltas);
          DigitVector own = v.whereSet(arena, carry).xorInPlace(carry)) {
        g = sum(arena, own, products);
      }
    }
    return g;
  }

  private static DigitVector receive(ClientParty c, DigitVector choices) {
    try (Correlations correlations = c.receives().take(choices.length())) {
      CorrelatedOt.sendFlips(c, correlations, choices);
      return CorrelatedOt.receive(c, correlations, 1, choices);
    }
  }

  private static DigitVector send(ServerParty s, DigitVector deltas) {
    try (Correlations correlations = s.sends().take(deltas.length());
        ArrowBuf flips = CorrelatedOt.receiveFlips(s, deltas.length())) {
      return CorrelatedOt.send(s, correlations, deltas, flips);
    }
  }

  private static DigitVector bit(Arena arena, RingVector x, int position, int times) {
    try (DigitVector bit = x.digits(arena, position, 1)) {
      return bit.repeat(arena, times);
    }
  }

  private static DigitVector sum(Arena arena, DigitVector own, DigitVector products) {
    long n = own.length();
    return own.copy(arena).xorInPlace(products.view(0, n)).xorInPlace(products.view(n, n));
  }
}
