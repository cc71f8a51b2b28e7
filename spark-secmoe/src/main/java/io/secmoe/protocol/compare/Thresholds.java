// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.compare;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Comparison;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;

/**
 * Computes thermometer bits: additive shares of x in Z_{2^k} become XOR shares of [x ≥ θ_j] for m
 * public thresholds θ_j. Values are signed integers with −2^(k−1) ≤ x − θ_j &lt; 2^(k−1).
 *
 * <p>[x ≥ θ] is the complement of the sign of x − θ. The sign is the XOR of the shares' top bits
 * and of the carry out of their k − 1 low bits. The carry is [a &gt; y], where a is the client's
 * low bits, whatever θ is, and y is the complement of the server's low bits, one for each
 * threshold. The millionaires' protocol computes it, as a {@link ComparisonTree} or a {@link
 * ComparisonRipple}; the profile says which.
 *
 * <p>The result is exact. Rounds and bits are those of the chosen form for k − 1 bits.
 *
 * <p>Costs per element in Z_{2^11} and 3 thresholds: 34 COT, 145 bits; 4½ rounds.
 */
public final class Thresholds {
  private Thresholds() {}

  /**
   * Returns this party's XOR shares, m × n, threshold by threshold; x stays open. Thresholds are
   * public, and both parties give them.
   */
  public static DigitVector run(Party p, RingVector x, long... thresholds) {
    return run(p, x, p.profile().comparison(), thresholds);
  }

  static DigitVector run(Party p, RingVector x, Comparison form, long... thresholds) {
    return p.side(c -> client(c, x, thresholds.length, form), s -> server(s, x, form, thresholds));
  }

  private static DigitVector client(ClientParty c, RingVector x, int m, Comparison form) {
    int low = x.modulus().bits() - 1;
    try (DigitVector top = x.digits(c.arena(), low, 1)) {
      DigitVector reached = top.repeat(c.arena(), m);
      if (low > 0) {
        try (DigitVector carry =
            form == Comparison.RIPPLE
                ? ComparisonRipple.client(c, x, low, m)
                : ComparisonTree.run(c, x, low, m, form.leafBits())) {
          reached.xorInPlace(carry);
        }
      }
      return reached;
    }
  }

  private static DigitVector server(
      ServerParty s, RingVector x, Comparison form, long... thresholds) {
    int low = x.modulus().bits() - 1;
    try (RingVector distances = distances(s.arena(), x, thresholds)) {
      DigitVector reached = distances.digits(s.arena(), low, 1).xorInPlace(1);
      if (low > 0) {
        distances.affineInPlace(-1, -1);
        try (DigitVector carry =
            form == Comparison.RIPPLE
                ? ComparisonRipple.server(s, distances, low)
                : ComparisonTree.run(s, distances, low, thresholds.length, form.leafBits())) {
          reached.xorInPlace(carry);
        }
      }
      return reached;
    }
  }

  /** Returns x − θ_j on the server's share, threshold by threshold. */
  private static RingVector distances(Arena arena, RingVector x, long[] thresholds) {
    RingVector all = x.repeat(arena, thresholds.length);
    for (int j = 0; j < thresholds.length; j++) {
      all.view(j * x.length(), x.length()).affineInPlace(1, -thresholds[j]);
    }
    return all;
  }
}
