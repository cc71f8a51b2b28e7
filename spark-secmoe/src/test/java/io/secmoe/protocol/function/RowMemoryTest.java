// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.party.Party;
import io.secmoe.protocol.tile.Tiles;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Many more rows, off-heap memory between input and output the same. */
class RowMemoryTest {
  private static final int WIDTH = 1024;

  /**
   * Returns the off-heap bytes at the peak without those of the input and the result, of the worse
   * party.
   */
  private static long between(int rows) {
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      long[] ends = new long[2];
      parties.run(
          c -> ends[0] = held(c, rows, x -> Softmax.run(c, x, WIDTH, 24, 5)),
          s -> ends[1] = held(s, rows, x -> Softmax.run(s, x, WIDTH, 24, 5)));
      return Math.max(peak(parties.client()) - ends[0], peak(parties.server()) - ends[1]);
    }
  }

  /** Returns the bytes of argument and result. */
  private static long held(Party party, int rows, UnaryOperator<RingVector> softmax) {
    try (RingVector x = RingVector.zeros(party.arena(), Modulus.T, (long) WIDTH * rows);
        RingVector y = softmax.apply(x)) {
      return party.arena().allocator().getAllocatedMemory();
    }
  }

  private static long peak(Party party) {
    return party.arena().allocator().getPeakMemoryAllocation();
  }

  @Test
  void softmaxIsFlat() {
    int tile = Tiles.ELEMENTS / WIDTH;
    long two = between(2 * tile);
    long six = between(6 * tile);
    assertTrue(six <= 1.02 * two, "two tiles: " + two + ", six: " + six);
  }
}
