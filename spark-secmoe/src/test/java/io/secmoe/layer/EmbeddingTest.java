// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.linear.Weights;
import io.secmoe.network.Sequences;
import io.secmoe.ring.FixedPoint;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Private look-ups against the quantised table, number by number. */
class EmbeddingTest {
  private static final int FRACTION = 8;

  private final Random random = new Random(11);

  /** Returns values that 8 fraction bits hold exactly. */
  private double[] table(EmbeddingShape shape) {
    double[] table = new double[shape.vocabulary() * shape.width()];
    Arrays.setAll(
        table,
        i -> Math.scalb((double) random.nextInt(-Weights.LIMIT, Weights.LIMIT + 1), -FRACTION));
    return table;
  }

  /** Returns ids. The first and the last id occur in every batch with room for them. */
  private int[][] ids(EmbeddingShape shape, int... lengths) {
    int[][] ids = new int[lengths.length][];
    for (int s = 0; s < lengths.length; s++) {
      ids[s] = random.ints(lengths[s], 0, shape.vocabulary()).toArray();
    }
    ids[0][0] = shape.vocabulary() - 1;
    ids[0][lengths[0] - 1] = 0;
    return ids;
  }

  private static long[] run(
      TwoParties parties, EmbeddingShape shape, double[] table, int[][] ids, Sequences sequences) {
    Weights.Source published = shape.isPublished() ? i -> table[(int) i] : null;
    EmbeddingWeights weights =
        shape.isPublished() ? null : EmbeddingWeights.quantise(shape, i -> table[(int) i]);
    return Shared.open(
        parties.run(
            c -> Embedding.client(c, shape, published, ids, sequences),
            s -> Embedding.server(s, shape, weights, sequences)));
  }

  private static void check(
      EmbeddingShape shape, double[] table, int[][] ids, Sequences sequences, long[] got) {
    assertEquals(shape.width() * sequences.tokens(), got.length);
    for (int column = 0; column < sequences.tokens(); column++) {
      int[] own = ids[column / sequences.length()];
      int at = column % sequences.length();
      int id = at < own.length ? own[at] : 0;
      for (int feature = 0; feature < shape.width(); feature++) {
        assertEquals(
            table[id * shape.width() + feature],
            got[feature * sequences.tokens() + column] / 4096.0,
            "feature " + feature + " of id " + id);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,1,1",
    "MEMORY,2,1",
    "MEMORY,2,24",
    "MEMORY,5,24",
    "MEMORY,100,1",
    "MEMORY,100,24",
    "MEMORY,4096,1",
    "MEMORY,4096,24",
    "MEMORY,32128,1",
    "FLIGHT,5,3"
  })
  void givesTheRowsOfTheTable(Link link, int vocabulary, int width) {
    EmbeddingShape shape = EmbeddingShape.balanced(vocabulary, width, FRACTION, 4);
    double[] table = table(shape);
    Sequences sequences = new Sequences(4, 7);
    int[][] ids = ids(shape, 7, 3, 1, 6);
    try (TwoParties parties = new TwoParties(link)) {
      check(shape, table, ids, sequences, run(parties, shape, table, ids, sequences));
    }
  }

  /** Entries of 22 bits with their sign, the extremes among them. */
  @ParameterizedTest
  @CsvSource({"1", "2", "100", "4096"})
  void entriesOfTwoLimbsAreExact(int vocabulary) {
    EmbeddingShape shape = EmbeddingShape.balanced(vocabulary, 3, FixedPoint.FRACTION, 2, 11);
    int most = Weights.LIMIT * 2048 + 1023;
    double[] table = new double[3 * vocabulary];
    Arrays.setAll(
        table, i -> Math.scalb((double) random.nextInt(-most, most + 1), -FixedPoint.FRACTION));
    table[0] = Math.scalb((double) most, -FixedPoint.FRACTION);
    table[1] = -table[0];
    table[2] = 1023 / 4096.0;
    Sequences sequences = new Sequences(2, 3);
    int[][] ids = ids(shape, 3, 2);
    EmbeddingWeights weights = EmbeddingWeights.quantise(shape, i -> table[(int) i]);
    for (int i = 0; i < table.length; i++) {
      assertEquals(table[i], weights.rows(shape).at(i));
    }
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      check(shape, table, ids, sequences, run(parties, shape, table, ids, sequences));
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "100"})
  void digitsMayBeSplitAnywhere(int lowDigits) {
    EmbeddingShape shape = new EmbeddingShape(100, 3, lowDigits, FRACTION, 4);
    double[] table = table(shape);
    int[][] ids = {{99}, {0}, {lowDigits - 1}, {Math.min(99, lowDigits)}};
    Sequences sequences = new Sequences(4, 1);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      check(shape, table, ids, sequences, run(parties, shape, table, ids, sequences));
    }
  }

  @Test
  void publishedTablesAreLookedUpWithoutTraffic() {
    EmbeddingShape shape =
        EmbeddingShape.balanced(100, 5, FRACTION, 4).publishedAs("0f".repeat(32));
    double[] table = table(shape);
    int[][] ids = ids(shape, 3, 2);
    Sequences sequences = new Sequences(2, 3);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      List<String> before = parties.transcript();
      check(shape, table, ids, sequences, run(parties, shape, table, ids, sequences));
      assertEquals(before, parties.transcript());
      assertThrows(
          IllegalArgumentException.class,
          () -> Embedding.client(parties.client(), shape, ids, sequences));
    }
  }

  @Test
  void transcriptsDependOnTheShapeOnly() {
    EmbeddingShape shape = EmbeddingShape.balanced(10, 3, FRACTION, 4);
    List<String> first = transcript(shape, new int[][] {{9, 1, 4}, {0}});
    assertEquals(first, transcript(shape, new int[][] {{2}, {7, 7, 7}}));
    assertNotEquals(
        first,
        transcript(EmbeddingShape.balanced(50, 3, FRACTION, 4), new int[][] {{9, 1, 4}, {0}}));
  }

  private List<String> transcript(EmbeddingShape shape, int[][] ids) {
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      run(parties, shape, table(shape), ids, new Sequences(2, 3));
      return parties.transcript();
    }
  }

  @Test
  void twoShortDigitsStandForALongOne() {
    EmbeddingShape shape = EmbeddingShape.balanced(32128, 768, FRACTION, 4);
    assertEquals(180, shape.lowDigits());
    EmbeddingShape two = EmbeddingShape.balanced(32128, 768, FRACTION, 2, 4);
    assertEquals(254 + 253, 2 * two.lowDigits() + two.highDigits());
    assertEquals(179, shape.highDigits());
    for (int vocabulary = 1; vocabulary < 2000; vocabulary++) {
      EmbeddingShape s = EmbeddingShape.balanced(vocabulary, 1, FRACTION, 4);
      assertTrue(
          s.highDigits() * s.lowDigits() >= vocabulary
              && s.highDigits() + s.lowDigits() < 2 * Math.sqrt(vocabulary) + 2);
    }
  }

  @Test
  void tablesHaveNoMoreFractionBitsThanActivations() {
    assertEquals(12, EmbeddingShape.fractionFor(0, 1));
    assertEquals(12, EmbeddingShape.fractionFor(0.1, 1));
    assertEquals(6, EmbeddingShape.fractionFor(31, 1));
    assertEquals(12, EmbeddingShape.fractionFor(31, 2));
    assertEquals(9, EmbeddingShape.fractionFor(8000, 2));
  }

  @Test
  void wrongIdsAreErrorsThatNameTheRowAndNothingElse() {
    EmbeddingShape shape = EmbeddingShape.balanced(10, 3, FRACTION, 4);
    Sequences sequences = new Sequences(2, 3);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      for (int[][] ids : new int[][][] {{{1}, {2, 10}}, {{1}, {2, -1}}, {{1}, {0, 0, 0, 0}}}) {
        Exception e =
            assertThrows(
                IllegalArgumentException.class,
                () -> Embedding.client(parties.client(), shape, ids, sequences));
        assertTrue(e.getMessage().startsWith("row 1"), e.getMessage());
      }
      assertEquals(
          refusal(parties, shape, new int[][] {{1}, {2, 10}}),
          refusal(parties, shape, new int[][] {{1}, {-5, 3, 4}}));
      assertEquals(
          refusal(parties, shape, new int[][] {{1}, {0, 0, 0, 0}}),
          refusal(parties, shape, new int[][] {{1}, {9, 9, 9, 9, 9, 9}}));
      assertThrows(
          IllegalArgumentException.class,
          () -> Embedding.client(parties.client(), shape, new int[][] {{1}}, sequences));
    }
  }

  private static String refusal(TwoParties parties, EmbeddingShape shape, int[][] ids) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> Embedding.client(parties.client(), shape, ids, new Sequences(2, 3)))
        .getMessage();
  }

  @Test
  void shapesAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> new EmbeddingShape(0, 1, 1, 8, 4));
    assertThrows(IllegalArgumentException.class, () -> EmbeddingShape.balanced(9, 1, 8, 3, 4));
    assertThrows(IllegalArgumentException.class, () -> new EmbeddingShape(5, 0, 1, 8, 4));
    assertThrows(IllegalArgumentException.class, () -> new EmbeddingShape(5, 1, 6, 8, 4));
    assertThrows(IllegalArgumentException.class, () -> new EmbeddingShape(5, 1, 2, 13, 4));
    assertThrows(
        IllegalArgumentException.class,
        () -> new EmbeddingShape(5, 1, 2, 8, 4).publishedAs("0F".repeat(32)));
  }
}
