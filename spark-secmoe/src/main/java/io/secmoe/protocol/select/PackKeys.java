// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import io.secmoe.party.Party;
import io.secmoe.protocol.compare.Compare;
import io.secmoe.protocol.share.BitToArithmetic;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Joins shares of a value in Z_{2^v} and of a rank in Z_{2^i} into shares of the key value·2^i +
 * rank in Z_{2^(v + i)}.
 *
 * <p>Taken as integers, the shares of the rank add up to the rank, or to 2^i more. The top bit of
 * their sum modulo 2^(i + 1) tells which. This takes one comparison on that ring. One conversion
 * takes its outcome into Z_{2^v}, where it counts 1 and is subtracted from the value. The result is
 * exact. The protocol takes the rounds of a comparison, and 1 more.
 *
 * <p>Costs per key of a value in Z_{2^21} and one of 128 ranks: 14 COT, 60 bits; 4 rounds.
 */
public final class PackKeys {
  private PackKeys() {}

  /** Returns this party's shares of the keys; value and rank stay open. */
  public static RingVector run(Party p, RingVector value, RingVector rank, TopKPlan plan) {
    Arena arena = p.arena();
    try (RingVector wider = rank.shift(arena, 0, false, Modulus.powerOfTwo(plan.indexBits() + 1));
        DigitVector wrapped = Compare.run(p, wider);
        RingVector wrap = BitToArithmetic.run(p, wrapped, value.modulus())) {
      return join(arena, value, rank, wrap, plan);
    }
  }

  private static RingVector join(
      Arena arena, RingVector value, RingVector rank, RingVector wrap, TopKPlan plan) {
    try (RingVector exact = value.copy(arena).subtractInPlace(wrap);
        RingVector high = exact.shift(arena, 0, false, plan.keyRing())) {
      return rank.shift(arena, 0, false, plan.keyRing())
          .combineInPlace(1, plan.rankRing().value(), high, 0);
    }
  }
}
