// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import io.secmoe.party.Party;
import io.secmoe.protocol.share.And;
import io.secmoe.protocol.share.BitToArithmetic;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;

/**
 * Takes keys apart: shares of keys (k × T, see {@link PackKeys}) become shares of their values and
 * one-hot positions, as {@link TopK} delivers them.
 *
 * <p>The bits of the rank are those of the sum of the shares' low parts. From the lowest bit up,
 * the carry is c' = c ⊕ (x ⊕ c)·(y ⊕ c), with the shares' bits x and y. The last carry belongs to
 * the value. Each bit, once known, splits every position that is still possible in two by one AND.
 * These ANDs travel in the same rounds as that of the next carry. The result is exact. The protocol
 * takes ⌈log₂E⌉ times the rounds of an AND, and 1 more. Each key costs E − 2 + ⌈log₂E⌉ ANDs and one
 * conversion.
 *
 * <p>Costs per key of a value in Z_{2^21} and one of 128 ranks: 267 COT, 554 bits; 8 rounds.
 */
public final class UnpackKeys {
  private UnpackKeys() {}

  /** Returns this party's shares of the values and positions; the keys stay open. */
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
