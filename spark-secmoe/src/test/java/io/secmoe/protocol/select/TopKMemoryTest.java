// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.party.Party;
import io.secmoe.protocol.tile.Tiles;
import io.secmoe.ring.Arena;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens tenfold, memory between input and output the same. */
class TopKMemoryTest {
  /**
   * Returns the off-heap bytes at the peak without those of the input and the result, of the worse
   * party.
   */
  private static long between(int experts, int k, int tokens) {
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      long[] input = new long[2];
      parties.run(
          c -> {
            try (RingVector x = zeros(c.arena(), experts, tokens);
                TopK.Result result = TopK.run(c, x, experts, k, 10)) {
              input[0] = c.arena().allocator().getAllocatedMemory();
              return null;
            }
          },
          s -> {
            try (RingVector x = zeros(s.arena(), experts, tokens);
                TopK.Result result = TopK.run(s, x, experts, k, 10)) {
              input[1] = s.arena().allocator().getAllocatedMemory();
              return null;
            }
          });
      return Math.max(peak(parties.client()) - input[0], peak(parties.server()) - input[1]);
    }
  }

  private static RingVector zeros(Arena arena, int experts, int tokens) {
    return RingVector.zeros(arena, Modulus.powerOfTwo(12), (long) experts * tokens);
  }

  private static long peak(Party party) {
    return party.arena().allocator().getPeakMemoryAllocation();
  }

  @ParameterizedTest
  @CsvSource({"2,1", "32,3"})
  void tokensTenfoldNeedNoMoreMemory(int experts, int k) {
    int tile = 2 * Tiles.ELEMENTS / experts;
    long once = between(experts, k, tile);
    long tenfold = between(experts, k, 10 * tile);
    assertTrue(tenfold <= 1.02 * once, "one tile: " + once + ", ten: " + tenfold);
  }
}
