// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import io.secmoe.party.Party;
import io.secmoe.protocol.share.And;
import io.secmoe.protocol.share.BitToArithmetic;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;

/**
 * Shares of keys (k × T, see {@link PackKeys}) to shares of their values and one-hot positions, as
 * {@link TopK} delivers them.
 *
 * <p>The rank's bits are those of the sum of the shares' low parts: from the lowest up, c' = c ⊕ (x
 * ⊕ c)·(y ⊕ c) with the shares' bits x, y. The last carry belongs to the value. Each bit, once
 * known, splits every position that is possible so far in two, by one AND; those ride with the next
 * carry's. Exact. Rounds: log₂E times those of an AND, and 1. Per key: E − 2 + log₂E ANDs and one
 * conversion.
 *
 * <p>Costs per key of a value in Z_{2^21} and one of 128 ranks: 267 COT, 554 bits; 8 rounds.
 */
public final class UnpackKeys {
  private UnpackKeys() {}

  public static TopK.Result run(Party p, RingVector keys, TopKPlan plan) {
    Arena arena = p.arena();
    try (Positions positions = new Positions(arena, keys, plan, p.isServer())) {
      while (positions.undecided()) {
        try (DigitVector bits = positions.bits();
            DigitVector operands = positions.operands();
            DigitVector products = And.run(p, bits, operands)) {
          positions.split(products);
        }
      }
      try (RingVector carry = BitToArithmetic.run(p, positions.carry(), plan.valueRing())) {
        return positions.result(carry);
      }
    }
  }
}
