// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.share;

import io.secmoe.party.Party;
import io.secmoe.protocol.select.Top1;
import io.secmoe.protocol.select.TopK;
import io.secmoe.protocol.tile.Tiles;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Converts XOR shares of one-hot vectors over E candidates to additive shares of the same bits
 * modulo M. The bits are groups × E × T, as {@link Top1} and {@link TopK} deliver them, and keep
 * their order. Each vector sums to 1, so its last bit is 1 minus the others, and only E − 1 bits
 * are converted.
 *
 * <p>The result is exact. The protocol takes 1 round for each tile. Each vector costs E − 1 times a
 * {@link BitToArithmetic}.
 *
 * <p>Costs per row of 8 candidates in Z_t: 7 COT, 294 bits; 1 round.
 */
public final class OneHot {
  private OneHot() {}

  /** Returns this party's additive shares; the input stays open. */
  public static RingVector run(Party p, DigitVector bits, int groups, int experts, Modulus to) {
    Arena arena = p.arena();
    try (DigitVector free = allButLast(arena, bits, groups, experts);
        RingVector converted =
            Tiles.map(arena, free, to, tile -> BitToArithmetic.run(p, tile, to));
        RingVector sums = RingVector.constant(arena, to, bits.length() / experts, p.share(1))) {
      return completed(arena, converted, groups, sums);
    }
  }

  private static DigitVector allButLast(Arena arena, DigitVector bits, int groups, int experts) {
    long size = bits.length() / groups;
    DigitVector[] parts = new DigitVector[groups];
    for (int g = 0; g < groups; g++) {
      parts[g] = bits.view(g * size, size / experts * (experts - 1));
    }
    return DigitVector.concat(arena, parts);
  }

  /**
   * Appends the last candidate to the others of each group: the group's sums minus its other
   * candidates.
   */
  static RingVector completed(Arena arena, RingVector others, int groups, RingVector sums) {
    long size = others.length() / groups;
    long tokens = sums.length() / groups;
    RingVector all =
        RingVector.uninitialised(arena, others.modulus(), others.length() + sums.length());
    for (int g = 0; g < groups; g++) {
      RingVector group = all.view(g * (size + tokens), size + tokens);
      RingVector last = group.view(size, tokens);
      group.put(0, others.view(g * size, size));
      last.put(0, sums.view(g * tokens, tokens));
      for (long at = 0; at < size; at += tokens) {
        last.subtractInPlace(group.view(at, tokens));
      }
    }
    return all;
  }
}
