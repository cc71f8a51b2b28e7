// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.secmoe.network.Sequences;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pooling against means in double precision. */
class PoolTest {
  private final Random random = new Random(13);

  private static long[] run(
      TwoParties parties,
      Pooling pooling,
      Sequences sequences,
      int[] lengths,
      int width,
      Shared x) {
    return Shared.open(
        parties.run(
            c -> {
              try (RingVector share = x.client(c.arena())) {
                return Pool.client(c, pooling, sequences, lengths, width, share);
              }
            },
            s -> {
              try (RingVector share = x.server(s.arena())) {
                return Pool.server(s, pooling, sequences, width, share);
              }
            }));
  }

  /** Returns one sequence of every kind: full, empty, of one token; the others anything. */
  private int[] lengths(Sequences sequences) {
    int[] lengths = random.ints(sequences.count(), 0, sequences.length() + 1).toArray();
    int[] kinds = {sequences.length(), 0, 1};
    System.arraycopy(kinds, 0, lengths, 0, Math.min(kinds.length, lengths.length));
    return lengths;
  }

  private static double mean(long[] xs, int from, int n) {
    return n == 0 ? 0 : Arrays.stream(xs, from, from + n).average().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,1,1,1",
    "MEMORY,3,1,5",
    "MEMORY,1,128,24",
    "MEMORY,5,7,3",
    "MEMORY,64,128,9",
    "MEMORY,8192,1,2",
    "MEMORY,1,8192,1",
    "MEMORY,16,16,130",
    "FLIGHT,4,6,5"
  })
  void means(Link link, int count, int length, int width) {
    Sequences sequences = new Sequences(count, length);
    int[] lengths = lengths(sequences);
    long[] xs = Shared.values(width * sequences.tokens(), (1 << Pool.RANGE_BITS + 12) - 1, random);
    Shared x = Shared.of(Modulus.T, xs, random);
    try (TwoParties parties = new TwoParties(link)) {
      long[] got = run(parties, Pooling.MEAN, sequences, lengths, width, x);
      assertEquals(width * count, got.length);
      for (int i = 0; i < got.length; i++) {
        int n = lengths[i % count];
        // Weights are off by up to 2^-16 each, at random, times values of up to 2^22.
        double allowed =
            1.001 + (n == 1 || Integer.bitCount(n) == 1 ? 0 : 4 * Math.sqrt(n) * 64 * 0.25);
        assertEquals(
            mean(xs, (i / count * count + i % count) * length, n),
            got[i],
            allowed,
            "feature " + i / count + " of " + n);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"MEMORY,1,1,1", "MEMORY,5,7,3", "FLIGHT,2,3,4"})
  void firstTokens(Link link, int count, int length, int width) {
    Sequences sequences = new Sequences(count, length);
    long[] xs = Shared.values(width * sequences.tokens(), 1 << 20, random);
    Shared x = Shared.of(Modulus.T, xs, random);
    try (TwoParties parties = new TwoParties(link)) {
      List<String> before = parties.transcript();
      long[] got = run(parties, Pooling.FIRST, sequences, lengths(sequences), width, x);
      for (int i = 0; i < got.length; i++) {
        assertEquals(xs[i * length], got[i]);
      }
      assertEquals(before, parties.transcript());
    }
  }

  /** Features as they are between layers: the weights' rounding does not show. */
  @Test
  void ordinaryFeaturesAreWithinTwoUnits() {
    Sequences sequences = new Sequences(16, 100);
    int[] lengths = lengths(sequences);
    long[] xs = random.longs(10L * sequences.tokens(), -3 * 4096, 3 * 4096).toArray();
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      long[] got =
          run(parties, Pooling.MEAN, sequences, lengths, 10, Shared.of(Modulus.T, xs, random));
      for (int i = 0; i < got.length; i++) {
        assertEquals(mean(xs, i * 100, lengths[i % 16]), got[i], 2);
      }
    }
  }

  @Test
  void transcriptsDoNotDependOnLengths() {
    assertEquals(transcript(new int[] {5, 0, 1}), transcript(new int[] {2, 5, 5}));
  }

  private List<String> transcript(int[] lengths) {
    Shared x = Shared.of(Modulus.T, Shared.values(3 * 5 * 4, 1 << 20, random), random);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      run(parties, Pooling.MEAN, new Sequences(3, 5), lengths, 4, x);
      return parties.transcript();
    }
  }
}
