// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.EveryLink;
import io.secmoe.testing.Link;
import io.secmoe.testing.PlainRows;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Softmax, the norms and what they are made of, over every channel against double precision. */
class RowFunctionsTest {
  @RegisterExtension static final EveryLink PARTIES = new EveryLink();

  private final Random random = new Random(20260507);

  /** Runs a protocol of one argument and puts the result together at {@code fraction} bits. */
  private double[] run(
      Link link,
      Modulus ring,
      long[] values,
      BiFunction<ClientParty, RingVector, RingVector> client,
      BiFunction<ServerParty, RingVector, RingVector> server,
      int fraction) {
    Shared x = Shared.of(ring, values, random);
    long[] y =
        Shared.open(
            PARTIES
                .get(link)
                .run(
                    c -> {
                      try (RingVector share = x.client(c.arena())) {
                        return client.apply(c, share);
                      }
                    },
                    s -> {
                      try (RingVector share = x.server(s.arena())) {
                        return server.apply(s, share);
                      }
                    }));
    return Arrays.stream(y).mapToDouble(v -> Math.scalb((double) v, -fraction)).toArray();
  }

  private static long[] fixed(double[] x, int fraction) {
    return Arrays.stream(x).mapToLong(v -> Math.round(Math.scalb(v, fraction))).toArray();
  }

  private static double[] real(long[] x, int fraction) {
    return Arrays.stream(x).mapToDouble(v -> Math.scalb((double) v, -fraction)).toArray();
  }

  @ParameterizedTest
  @CsvSource({"MEMORY,100000,5,12", "MEMORY,1,8,15", "MEMORY,3000,8,20", "FLIGHT,2000,3,12"})
  void exp(Link link, int n, int rangeBits, int outFraction) {
    long end = (1L << (rangeBits + Exp.IN)) - 1;
    long[] edges = {0, -1, -2, -end, 1 - end};
    long near = Math.min(end, 13L << Exp.IN);
    long[] x =
        longs(n, i -> i < edges.length ? edges[i] : -random.nextLong(i % 2 == 0 ? near : end));
    double[] y =
        run(
            link,
            Exp.ring(rangeBits),
            x,
            (c, v) -> Exp.run(c, v, outFraction),
            (s, v) -> Exp.run(s, v, outFraction),
            outFraction);
    for (int i = 0; i < n; i++) {
      assertEquals(
          Math.exp(Math.scalb((double) x[i], -Exp.IN)),
          y[i],
          0x1.7p-11 + Math.scalb(1.01, -outFraction),
          "exp of " + x[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({"MEMORY,100000,20,7", "MEMORY,5000,12,7", "MEMORY,1,14,1", "FLIGHT,1000,24,10"})
  void reciprocal(Link link, int n, int fraction, int rangeBits) {
    long from = 1L << (fraction - 1);
    long to = 1L << (fraction + rangeBits);
    long[] x =
        longs(
            n,
            i ->
                i <= rangeBits
                    ? from << i
                    : i <= 2 * rangeBits
                        ? (from << (i - rangeBits)) - 1
                        : i % 2 == 0
                            ? random.nextLong(from, to)
                            : Math.round(from * Math.pow(2, random.nextDouble(rangeBits + 0.99))));
    x[n - 1] = to - 1;
    double[] y =
        run(
            link,
            Modulus.T,
            x,
            (c, v) -> Reciprocal.run(c, v, fraction, rangeBits),
            (s, v) -> Reciprocal.run(s, v, fraction, rangeBits),
            Reciprocal.OUT);
    for (int i = 0; i < n; i++) {
      double exact = Math.scalb(1.0, fraction) / x[i];
      // The stated precision, that of the argument at 16 bits, and one unit.
      double allowed =
          exact * (0x1.6p-12 + exact * Math.scalb(1.0, -Math.min(fraction, 16))) + 0x1p-16;
      assertEquals(exact, y[i], allowed, "1 / " + x[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,100000,12,46,26",
    "MEMORY,4000,4,20,12",
    "MEMORY,500,3,7,14",
    "MEMORY,1,0,2,10",
    "FLIGHT,1000,10,41,24"
  })
  void rsqrt(Link link, int n, int bottom, int top, int outFraction) {
    double multiplier = Math.scalb(1.37, bottom / 2);
    Rsqrt.Shape shape = new Rsqrt.Shape(bottom, top, multiplier, outFraction);
    long[] v =
        longs(
            n,
            i ->
                i < top - bottom
                    ? 1L << (bottom + i)
                    : i < 2 * (top - bottom)
                        ? (2L << (i - top + 2 * bottom)) - 1
                        : Math.min(
                            (1L << top) - 1, (long) Math.pow(2, random.nextDouble(bottom, top))));
    double[] y =
        run(
            link,
            shape.ring(),
            v,
            (c, x) -> Rsqrt.run(c, x, shape),
            (s, x) -> Rsqrt.run(s, x, shape),
            outFraction);
    for (int i = 0; i < n; i++) {
      double exact = multiplier / Math.sqrt(v[i]);
      assertEquals(
          exact, y[i], exact * 0x1p-10 + Math.scalb(1.01, -outFraction), "1/sqrt of " + v[i]);
    }
  }

  private void softmax(Link link, int width, int rows, int rangeBits, IntToDoubleFunction value) {
    int fraction = 24;
    double limit = Math.scalb(1.0, rangeBits) - Math.scalb(1.0, -fraction);
    long[] x = fixed(doubles(width * rows, limit, value), fraction);
    double[] got =
        run(
            link,
            Modulus.T,
            x,
            (c, v) -> Softmax.run(c, v, width, fraction, rangeBits),
            (s, v) -> Softmax.run(s, v, width, fraction, rangeBits),
            Softmax.OUT);
    double[] exact = PlainRows.softmax(real(x, fraction), width);
    for (int i = 0; i < got.length; i++) {
      assertEquals(exact[i], got[i], 0x1p-9, width + " x " + rows + " at " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,128,1024,5",
    "MEMORY,1,10,3",
    "MEMORY,2,500,5",
    "MEMORY,3,8192,2",
    "MEMORY,7,5000,8",
    "MEMORY,512,40,5",
    "MEMORY,33,1,5",
    "FLIGHT,16,20,5"
  })
  void softmaxOfRandomRows(Link link, int width, int rows, int rangeBits) {
    double spread = Math.scalb(1.0, rangeBits);
    // Rows of every temperature, from nearly equal values to the whole range.
    softmax(
        link,
        width,
        rows,
        rangeBits,
        i -> random.nextGaussian() * spread * Math.pow(2, -(i % rows % 9)));
  }

  @ParameterizedTest
  @CsvSource({"128,5", "20,8", "512,5"})
  void softmaxOfEdgeRows(int width, int rangeBits) {
    double top = Math.scalb(1.0, rangeBits);
    double[] levels = {0, top, -top, 6.47, 3.3, Math.log(width), 12.5, 1e-3};
    // All equal; one that dominates the rest by every distance; all but one at the top; a ramp.
    softmax(
        Link.MEMORY,
        width,
        4 * levels.length,
        rangeBits,
        i -> {
          int row = i % (4 * levels.length);
          int element = i / (4 * levels.length);
          double level = levels[row / 4];
          return switch (row % 4) {
            case 0 -> level;
            case 1 -> element == row ? level / 2 : -level / 2;
            case 2 -> element == 0 ? -level : level;
            default -> level * element / width;
          };
        });
  }

  private void norm(
      Link link,
      boolean mean,
      int features,
      int tokens,
      int rangeBits,
      double epsilon,
      IntToDoubleFunction value) {
    double limit = Math.scalb(1.0, rangeBits) - 0x1p-12;
    long[] x = fixed(doubles(features * tokens, limit, value), 12);
    double[] got =
        mean
            ? run(
                link,
                Modulus.T,
                x,
                (c, v) -> LayerNorm.run(c, v, features, rangeBits, epsilon),
                (s, v) -> LayerNorm.run(s, v, features, rangeBits, epsilon),
                12)
            : run(
                link,
                Modulus.T,
                x,
                (c, v) -> RmsNorm.run(c, v, features, rangeBits, epsilon),
                (s, v) -> RmsNorm.run(s, v, features, rangeBits, epsilon),
                12);
    double[] plain = real(x, 12);
    double[] exact =
        mean
            ? PlainRows.layerNorm(plain, features, epsilon)
            : PlainRows.rmsNorm(plain, features, epsilon);
    Normalisation.Shape shape =
        mean
            ? LayerNorm.shape(Modulus.T, features, rangeBits, epsilon)
            : RmsNorm.shape(Modulus.T, features, rangeBits, epsilon);
    double[] largest = PlainRows.largest(exact, features);
    double[] magnitude =
        PlainRows.largest(mean ? PlainRows.centred(plain, features) : plain, features);
    double kappa =
        mean
            ? features
                / (double)
                    (Integer.highestOneBit(Math.max(1, features - 1)) * (features > 1 ? 2 : 1))
            : 1;
    double worst = 0;
    for (int i = 0; i < got.length; i++) {
      double error = Math.abs(exact[i] - got[i]);
      int token = i % tokens;
      double scale =
          magnitude[token] > 0 ? largest[token] / magnitude[token] : 1 / Math.sqrt(epsilon);
      double unit = Math.scalb(1 / kappa, -shape.fraction());
      double allowed = largest[token] * 0x1.4p-10 + scale * 1.5 * unit + 0x1.1p-12;
      assertTrue(
          error <= allowed,
          features + " x " + tokens + " at " + i + ": " + error + " of " + largest[token]);
      if (magnitude[token] >= Math.scalb(1.0, (mean ? 10 : 9) - shape.fraction())) {
        worst = Math.max(worst, error / largest[token]);
      }
    }
    assertTrue(worst <= 0x1p-7, features + " x " + tokens + ": " + worst);
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,768,171,8",
    "MEMORY,768,171,5",
    "MEMORY,3,8192,7",
    "MEMORY,64,1,6",
    "MEMORY,16,5000,8",
    "MEMORY,2,3,4",
    "FLIGHT,40,30,8"
  })
  void rmsNorm(Link link, int features, int tokens, int rangeBits) {
    double range = Math.scalb(1.0, rangeBits);
    norm(
        link,
        false,
        features,
        tokens,
        rangeBits,
        1e-5,
        i -> random.nextGaussian() * range * Math.pow(2, -1 - i % tokens % 6));
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,768,171,8",
    "MEMORY,768,171,5",
    "MEMORY,3,8192,6",
    "MEMORY,64,1,6",
    "MEMORY,16,5000,7",
    "MEMORY,2,3,4",
    "FLIGHT,40,30,7"
  })
  void layerNorm(Link link, int features, int tokens, int rangeBits) {
    double range = Math.scalb(1.0, rangeBits);
    norm(
        link,
        true,
        features,
        tokens,
        rangeBits,
        1e-5,
        i ->
            random.nextGaussian() * range * Math.pow(2, -1 - i % tokens % 5)
                + (i % tokens % 7 - 3) * range / 8);
  }

  @ParameterizedTest
  @CsvSource({"768,8", "100,7", "1,5"})
  void normsOfEdgeTokens(int features, int rangeBits) {
    double top = Math.scalb(1.0, rangeBits);
    // All at the top; alternating extremes; one that dominates; one of middling size; zeros but for
    // ε's sake.
    IntToDoubleFunction value =
        i ->
            switch (i % 4) {
              case 0 -> top;
              case 1 -> i / 4 % 2 == 0 ? top : -top;
              case 2 -> i / 4 == features / 2 ? top : 0;
              default -> i / 4 == 0 ? -top / 4 : 0.5;
            };
    norm(Link.MEMORY, false, features, 4, rangeBits, 1e-5, value);
  }

  @Test
  void impossibleRangesAreRefused() {
    TwoParties parties = PARTIES.get(Link.MEMORY);
    try (RingVector x = RingVector.zeros(parties.client().arena(), Modulus.T, 768)) {
      assertThrows(
          IllegalArgumentException.class, () -> RmsNorm.run(parties.client(), x, 768, 20, 1e-5));
      assertThrows(
          IllegalArgumentException.class, () -> LayerNorm.run(parties.client(), x, 768, 17, 1e-5));
      assertThrows(
          IllegalArgumentException.class, () -> RmsNorm.run(parties.client(), x, 5, 8, 1e-5));
    }
  }

  @Test
  void transcriptsDependOnTheShapeAlone() {
    List<List<String>> transcripts = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      long[] x = random.longs(40 * 25, -(1 << 16), 1 << 16).toArray();
      Shared shares = Shared.of(Modulus.T, x, random);
      try (TwoParties parties = new TwoParties(Link.MEMORY)) {
        Shared.open(
            parties.run(
                c -> {
                  try (RingVector v = shares.client(c.arena());
                      RingVector norm = LayerNorm.run(c, v, 40, 5, 1e-5)) {
                    return Softmax.run(c, norm, 40, 12 + 1, 5);
                  }
                },
                s -> {
                  try (RingVector v = shares.server(s.arena());
                      RingVector norm = LayerNorm.run(s, v, 40, 5, 1e-5)) {
                    return Softmax.run(s, norm, 40, 12 + 1, 5);
                  }
                }));
        transcripts.add(parties.transcript());
      }
    }
    assertEquals(transcripts.get(0), transcripts.get(1));
  }

  private static long[] longs(int n, IntToLongFunction value) {
    return IntStream.range(0, n).mapToLong(value).toArray();
  }

  private static double[] doubles(int n, double limit, IntToDoubleFunction value) {
    return IntStream.range(0, n)
        .mapToDouble(value)
        .map(v -> Math.max(-limit, Math.min(limit, v)))
        .toArray();
  }
}
