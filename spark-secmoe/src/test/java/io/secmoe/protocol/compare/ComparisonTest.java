// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.secmoe.party.Comparison;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Comparisons in all their forms against plain integers: many random values and every edge. */
class ComparisonTest {
  private static final int RANDOM_VALUES = 100_000;
  private final Random random = new Random(5);

  @Test
  void signsAreExactInEveryForm() {
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      for (Comparison form : Comparison.values()) {
        check(parties, form, 21, RANDOM_VALUES, 0);
        for (int bits : new int[] {2, 3, 4, 5, 6, 9, 10, 13, 34, 60}) {
          check(parties, form, bits, 500, 0);
        }
      }
    }
  }

  @Test
  void severalThresholdsShareTheLeaves() {
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      for (Comparison form : Comparison.values()) {
        check(parties, form, 12, RANDOM_VALUES / 4, -700, 1, 1000);
        check(parties, form, 11, 2000, LongStream.range(-5, 6).map(j -> 37 * j).toArray());
        check(parties, form, 3, 100, 0, 1);
      }
    }
  }

  @Test
  void comparisonsRunOverFlight() {
    try (TwoParties parties = new TwoParties(Link.FLIGHT)) {
      for (Comparison form : Comparison.values()) {
        check(parties, form, 13, 3000, -3, 0, 200);
      }
    }
  }

  private void check(TwoParties parties, Comparison form, int bits, int count, long... thresholds) {
    long half = 1L << bits - 1;
    long lowest = -half + Math.max(0, Arrays.stream(thresholds).max().getAsLong());
    long highest = half - 1 + Math.min(0, Arrays.stream(thresholds).min().getAsLong());
    LongStream edges =
        Arrays.stream(thresholds)
            .flatMap(t -> LongStream.of(t - 1, t, t + 1, lowest, lowest + 1, highest, highest - 1));
    long[] values =
        LongStream.concat(edges, random.longs(count, lowest, highest))
            .filter(v -> v >= lowest && v <= highest)
            .toArray();
    Shared x = Shared.of(Modulus.powerOfTwo(bits), values, random);
    int[] got =
        Shared.openDigits(
            parties.run(
                c -> {
                  try (RingVector share = x.client(c.arena())) {
                    return Thresholds.run(c, share, form, thresholds);
                  }
                },
                s -> {
                  try (RingVector share = x.server(s.arena())) {
                    return Thresholds.run(s, share, form, thresholds);
                  }
                }));
    for (int j = 0; j < thresholds.length; j++) {
      for (int i = 0; i < values.length; i++) {
        assertEquals(
            values[i] >= thresholds[j] ? 1 : 0,
            got[j * values.length + i],
            form + ", " + bits + " bits: " + values[i] + " against " + thresholds[j]);
      }
    }
  }
}
