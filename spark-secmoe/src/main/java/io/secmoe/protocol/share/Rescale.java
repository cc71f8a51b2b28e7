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
 * Drops fraction bits of a shared value and changes its modulus. Additive shares of x modulo M₁
 * become additive shares of ⌊x/2^s⌉ modulo M₂, for |x| &lt; {@link #bound}(M₁, s). Each of M₁ and
 * M₂ is a prime or a power of two.
 *
 * <p>The server adds a bias that makes the value non-negative and smaller than M₁/2. Then the
 * client's share a and the server's share b wrap around M₁ if and only if a ≥ M₁/2 or b ≥ M₁/2, so
 * no comparison is needed. A wrap adds round(M₁/2^s) to the result, and one correlated OT removes
 * it. Its choice is the client's bit [a ≥ M₁/2], and its correlation is (1 − β)·round(M₁/2^s),
 * where β is the server's bit [b ≥ M₁/2].
 *
 * <p>The error is at most one unit in the last place if M₁ is a power of two or ≡ 1 mod 2^s. The
 * protocol takes 1 round. Each element costs 1 correlated OT and 1 + ⌈log₂M₂⌉ bits.
 *
 * <p>Costs per element from Z_t to Z_{2^21}: 1 COT, 22 bits; 1 round.
 *
 * <p>Costs per element from Z_{2^21} to Z_t: 1 COT, 42 bits; 1 round.
 *
 * <p>Source: the no-comparison truncation of known-sign values of Cheetah (Huang et al., USENIX
 * Security 2022), moved between moduli.
 */
public final class Rescale {
  private Rescale() {}

  /** Returns the bound below which |x| must stay: 2^s·⌊M₁/2^(s+2)⌋, about M₁/4. */
  public static long bound(Modulus from, int shift) {
    return (from.value() >>> (shift + 2)) << shift;
  }

  /** Returns the client's share of the rescaled value; x stays open. */
  public static RingVector client(ClientParty c, RingVector x, int shift, Modulus to) {
    Arena arena = c.arena();
    try (DigitVector upperHalf = x.atLeast(arena, half(x.modulus()));
        Correlations correlations = c.receives().take(x.length())) {
      CorrelatedOt.sendFlips(c, correlations, upperHalf);

      try (RingVector wrap = CorrelatedOt.receive(c, correlations, to, upperHalf)) {
        return x.shift(arena, shift, false, to).subtractInPlace(wrap);
      }
    }
  }

  /** Returns the server's share of the rescaled value; x stays open. */
  public static RingVector server(ServerParty s, RingVector x, int shift, Modulus to) {
    Arena arena = s.arena();
    long bias = bound(x.modulus(), shift);
    long wrapValue = roundedQuotient(x.modulus().value(), shift);
    try (RingVector biased = x.copy(arena).affineInPlace(1, bias);
        DigitVector lowerHalf = biased.atLeast(arena, half(x.modulus())).xorInPlace(1);
        RingVector constant = RingVector.constant(arena, to, x.length(), to.canonical(wrapValue));
        RingVector delta = constant.whereSet(arena, lowerHalf);
        Correlations correlations = s.sends().take(x.length());
        ArrowBuf flips = CorrelatedOt.receiveFlips(s, x.length());
        RingVector wrap = CorrelatedOt.send(s, correlations, delta, flips)) {
      return biased
          .shift(arena, shift, true, to)
          .subtractInPlace(wrap)
          .addInPlace(delta)
          .affineInPlace(
              1, to.canonical(-(bias >>> shift)) + to.canonical(-to.canonical(wrapValue)));
    }
  }

  /** Returns this party's share of the rescaled value; x stays open. */
  public static RingVector run(Party p, RingVector x, int shift, Modulus to) {
    return p.side(c -> client(c, x, shift, to), s -> server(s, x, shift, to));
  }

  private static long half(Modulus m) {
    return m.value() - m.value() / 2;
  }

  private static long roundedQuotient(long value, int shift) {
    return shift == 0 ? value : (value + (1L << (shift - 1))) >>> shift;
  }
}
