// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rows are said to have left their ranges. */
class RangeCheckTest {
  private final Random random = new Random(11);

  /** One value a row, one row for each of some magnitudes of either sign. */
  @ParameterizedTest
  @CsvSource({
    "NARROW, 12, 1",
    "NARROW, 12, 4",
    "NARROW, 24, 3",
    "NARROW, 23, 6",
    "WIDE, 12, 2",
    "WIDE, 12, 8",
    "WIDE, 24, 4"
  })
  void excessesAreSeenAndWhatIsInRangeIsNot(RangeCheck.Width width, int fraction, int rangeBits) {
    double[] inside = {0, 1e-3, 0.3, 0.5, 0.6, 0.67, 0.68};
    double[] beyond = {0.97, 1, 1.01, 1.5, 2, 2.5, 3.3, 4, 5, 6, width.excess() - 0.01};
    double[] all = new double[2 * 300 * (inside.length + beyond.length)];
    boolean[] expected = new boolean[all.length];
    for (int i = 0; i < all.length; i++) {
      int which = i / 2 % (inside.length + beyond.length);
      expected[i] = which >= inside.length;
      all[i] =
          (expected[i] ? beyond[which - inside.length] : inside[which]) * (i % 2 == 0 ? 1 : -1);
    }
    long[] values =
        Arrays.stream(all)
            .mapToLong(v -> Math.round(Math.scalb(v, rangeBits + fraction)))
            .toArray();
    int[] lengths = new int[all.length];
    Arrays.fill(lengths, 1);
    assertArrayEquals(expected, run(width, values, all.length, lengths, fraction, rangeBits));
  }

  /** Rows of three columns and two features; padding does not count. */
  @Test
  void aRowIsMarkedForItsOwnColumnsAlone() {
    int rows = 400;
    int[] lengths = random.ints(rows, 1, 4).toArray();
    long[] values = new long[2 * 3 * rows];
    boolean[] expected = new boolean[rows];
    for (int i = 0; i < values.length; i++) {
      int column = i % (3 * rows);
      boolean large = random.nextInt(9) == 0;
      values[i] = large ? 3 << 16 : random.nextInt(1 << 15);
      expected[column / 3] |= large && column % 3 < lengths[column / 3];
    }
    assertArrayEquals(expected, run(RangeCheck.Width.WIDE, values, 3 * rows, lengths, 12, 4));
  }

  @Test
  void whatIsComparedEndsAtTheStatedExcess() {
    assertEquals(6.2, RangeCheck.Width.NARROW.excess(), 0.1);
    assertEquals(28.8, RangeCheck.Width.WIDE.excess(), 0.1);
  }

  private boolean[] run(
      RangeCheck.Width width,
      long[] values,
      int columns,
      int[] lengths,
      int fraction,
      int rangeBits) {
    Shared shares = Shared.of(Modulus.T, values, random);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      return parties
          .run(
              c -> {
                try (RingVector x = shares.client(c.arena())) {
                  RangeCheck.run(c, width, x, columns, fraction, rangeBits);
                  c.watch().start(columns);
                  RangeCheck.run(c, width, x, columns, fraction, rangeBits);
                  return RangeCheck.open(c, lengths);
                }
              },
              s -> {
                try (RingVector x = shares.server(s.arena())) {
                  RangeCheck.run(s, width, x, columns, fraction, rangeBits);
                  s.watch().start(columns);
                  RangeCheck.run(s, width, x, columns, fraction, rangeBits);
                  RangeCheck.open(s, lengths.length);
                  return null;
                }
              })
          .client();
    }
  }
}
