// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.linear.LinearWeights;
import io.secmoe.linear.Weights;
import io.secmoe.network.LinearScale;
import io.secmoe.network.Sequences;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.EveryLink;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole layer against double precision. */
class AttentionTest {
  private static final int SCORE_BITS = 4;
  @RegisterExtension static final EveryLink PARTIES = new EveryLink();

  private static AttentionShape shape(int width, int heads, int headWidth, boolean biased) {
    return new AttentionShape(
        width,
        new AttentionShape.Heads(heads, headWidth),
        biased,
        new LinearScale(10, 4),
        new LinearScale(10, 4),
        new LinearScale(11, 4),
        new LinearScale(11, 5),
        SCORE_BITS);
  }

  private static AttentionWeights weights(AttentionShape s, PositionBias position, Random random) {
    double scale = 1 / Math.sqrt(s.width());
    Weights query = matrix(s.inner(), s.width(), s.query().fraction(), scale, random);
    Weights key = matrix(s.inner(), s.width(), s.key().fraction(), scale, random);
    Weights value = matrix(s.inner(), s.width(), s.value().fraction(), scale, random);
    Weights output =
        matrix(s.width(), s.inner(), s.output().fraction(), 1 / Math.sqrt(s.inner()), random);
    return new AttentionWeights(
        linear(s, query, random),
        linear(s, key, random),
        linear(s, value, random),
        linear(s, output, random),
        position);
  }

  private static LinearWeights linear(AttentionShape s, Weights weights, Random random) {
    return new LinearWeights(weights, s.biased() ? bias(weights, random) : null);
  }

  private static Weights matrix(int rows, int columns, int fraction, double scale, Random random) {
    double largest = 2047 * Math.scalb(1.0, -fraction);
    return Weights.quantise(
        1,
        rows,
        columns,
        fraction,
        i -> Math.max(-largest, Math.min(largest, random.nextGaussian() * scale)));
  }

  private static long[] bias(Weights w, Random random) {
    return random
        .doubles(w.rows(), -0.3, 0.3)
        .mapToLong(b -> Math.round(Math.scalb(b, 12 + w.fraction())))
        .toArray();
  }

  private static PositionBias position(int heads, boolean bidirectional, Random random) {
    double[][] values = new double[heads][];
    Arrays.setAll(values, h -> random.doubles(8, -1.5, 1.5).toArray());
    return PositionBias.relative(bidirectional, 20, values);
  }

  private static long[] run(
      TwoParties parties,
      AttentionShape shape,
      AttentionWeights weights,
      Sequences sequences,
      int[] lengths,
      long[] xs,
      Random random) {
    Shared x = Shared.of(Modulus.T, xs, random);
    return Shared.open(
        parties.run(
            c -> {
              try (RingVector share = x.client(c.arena())) {
                return Attention.client(c, shape, sequences, lengths, share);
              }
            },
            s -> {
              try (RingVector share = x.server(s.arena())) {
                return Attention.server(s, shape, weights, sequences, share);
              }
            }));
  }

  private static long[] inputs(AttentionShape shape, Sequences sequences, Random random) {
    return random.longs((long) shape.width() * sequences.tokens(), -4096, 4097).toArray();
  }

  /**
   * Returns lengths: without padding, then a length of its own for each sequence: 1, all, and
   * numbers between.
   */
  private static int[] lengths(Sequences sequences, boolean padded, Random random) {
    int[] lengths = new int[sequences.count()];
    Arrays.setAll(
        lengths,
        i ->
            !padded || i == 1
                ? sequences.length()
                : i == 0 ? 1 : random.nextInt(1, sequences.length() + 1));
    return lengths;
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,12,1,12,5,16,true,true",
    "MEMORY,30,5,6,3,33,false,true",
    "MEMORY,7,1,3,4,1,true,true",
    "MEMORY,16,4,4,40,16,false,false",
    "MEMORY,10,2,8,7,2,true,false",
    "MEMORY,24,3,8,2,5,false,true",
    "FLIGHT,9,2,6,3,5,true,true"
  })
  void agreesWithPlaintext(
      Link link,
      int width,
      int heads,
      int headWidth,
      int count,
      int length,
      boolean biased,
      boolean padded) {
    Random random = new Random(width * 100L + length);
    AttentionShape shape = shape(width, heads, headWidth, biased);
    Sequences sequences = new Sequences(count, length);
    PositionBias position = biased ? PositionBias.NONE : position(heads, padded, random);
    AttentionWeights weights = weights(shape, position, random);
    int[] lengths = lengths(sequences, padded, random);
    long[] xs = inputs(shape, sequences, random);
    PlainAttention plain = new PlainAttention(shape, weights, sequences, lengths);
    double[] expected = plain.of(Arrays.stream(xs).mapToDouble(v -> v / 4096.0).toArray());
    assertTrue(
        plain.largest()[0] < 1 << SCORE_BITS && plain.largest()[1] < 16,
        Arrays.toString(plain.largest()));
    long[] got = run(PARTIES.get(link), shape, weights, sequences, lengths, xs, random);
    double worst = 0;
    for (int i = 0; i < got.length; i++) {
      double error = Math.abs(expected[i] - got[i] / 4096.0);
      worst = Math.max(worst, error);
      assertTrue(
          error <= plain.allowed(),
          "feature and token " + i + ": " + error + " of " + plain.allowed());
    }
    assertTrue(worst <= 0x1p-7, "off by " + worst + " at most, of " + plain.allowed());
  }

  @Test
  void noRealTokensAndManyGroups() {
    Random random = new Random(5);
    AttentionShape shape = shape(6, 2, 2, false);
    Sequences sequences = new Sequences(3000, 2);
    assertTrue(
        new HeadColumns(shape, sequences).group() > 3000
            && new HeadColumns(shape, sequences).group() < 6000,
        "the second head should be divided");
    int[] lengths = lengths(sequences, true, random);
    lengths[7] = 0;
    AttentionWeights weights = weights(shape, position(2, true, random), random);
    long[] xs = inputs(shape, sequences, random);
    long[] got = run(PARTIES.get(Link.MEMORY), shape, weights, sequences, lengths, xs, random);
    PlainAttention plain = new PlainAttention(shape, weights, sequences, lengths);
    double[] expected = plain.of(Arrays.stream(xs).mapToDouble(v -> v / 4096.0).toArray());
    for (int i = 0; i < got.length; i++) {
      boolean filler = i % sequences.tokens() / sequences.length() == 7;
      assertEquals(filler ? 0 : expected[i], got[i] / 4096.0, filler ? 4 : plain.allowed());
    }
  }

  @Test
  void transcriptsDependOnTheShapeOnly() {
    Random random = new Random(6);
    AttentionShape shape = shape(8, 2, 3, true);
    Sequences sequences = new Sequences(3, 5);
    List<String> first = null;
    for (int[] lengths : new int[][] {{5, 5, 5}, {0, 1, 3}}) {
      try (TwoParties parties = new TwoParties(Link.MEMORY)) {
        run(
            parties,
            shape,
            weights(shape, PositionBias.NONE, random),
            sequences,
            lengths,
            inputs(shape, sequences, random),
            random);
        first = first == null ? parties.transcript() : first;
        assertEquals(first, parties.transcript());
      }
    }
  }

  @Test
  void impossibleInputsAreRefused() {
    TwoParties parties = PARTIES.get(Link.MEMORY);
    AttentionShape shape = shape(4, 1, 2, false);
    Sequences sequences = new Sequences(2, 3);
    try (RingVector x = RingVector.zeros(parties.client().arena(), Modulus.T, 24)) {
      for (int[] lengths : new int[][] {{1}, {1, 4}, {-1, 3}}) {
        assertThrows(
            IllegalArgumentException.class,
            () -> Attention.client(parties.client(), shape, sequences, lengths, x));
      }
      assertThrows(
          IllegalArgumentException.class,
          () ->
              Attention.client(parties.client(), shape, new Sequences(2, 4), new int[] {1, 1}, x));
    }
  }
}
