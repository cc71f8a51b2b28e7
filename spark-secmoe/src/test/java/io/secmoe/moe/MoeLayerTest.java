package io.secmoe.moe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.linear.Weights;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.PlainGelu;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole sparse layer, both strategies, against double precision on the same quantised weights. */
class MoeLayerTest {
  private static MoeShape shape(int experts, int d, int hidden, Activation activation) {
    return new MoeShape(experts, 1, false, false, 0, 11, 5, new FeedForwardShape(d, hidden, activation, false, false, 12, 12, 5, 5));
  }

  private static MoeWeights weights(MoeShape s, Random random) {
    FeedForwardShape e = s.expert();
    return new MoeWeights(
        Weights.quantise(1, s.experts(), e.width(), s.routerFraction(), i -> random.nextDouble(-0.9, 0.9)), null,
        new FeedForwardWeights(
            Weights.quantise(s.experts(), e.hidden(), e.width(), e.upFraction(), i -> random.nextDouble(-0.45, 0.45)),
            Weights.quantise(s.experts(), e.width(), e.hidden(), e.downFraction(), i -> random.nextDouble(-0.45, 0.45)), null, null));
  }

  private static long[] inputs(int n, Random random) {
    return random.longs(n, -8192, 8193).toArray();
  }

  private static long[] run(TwoParties parties, MoeShape shape, Strategy strategy, MoeWeights w, long[] xs, Random random) {
    Shared x = Shared.of(Modulus.T, xs, random);
    return Shared.open(parties.run(c -> {
      try (RingVector share = x.client(c.arena())) {
        return MoeLayer.client(c, shape, strategy, new Sequences(xs.length / shape.expert().width(), 1), share);
      }
    }, s -> {
      try (RingVector share = x.server(s.arena())) {
        return MoeLayer.server(s, shape, strategy, w, new Sequences(xs.length / shape.expert().width(), 1), share);
      }
    }));
  }

  @ParameterizedTest
  @CsvSource({"MEMORY,SELECT,8,12,20,GELU,60", "MEMORY,SELECT,3,7,9,RELU,1", "MEMORY,ALL,4,6,8,GELU,40", "FLIGHT,SELECT,5,6,8,GELU,30"})
  void agreesWithPlaintext(Link link, Strategy strategy, int experts, int d, int hidden, Activation activation, int tokens) {
    Random random = new Random(experts * 31L + d);
    MoeShape shape = shape(experts, d, hidden, activation);
    MoeWeights w = weights(shape, random);
    long[] xs = inputs(d * tokens, random);
    int compared = 0;
    try (TwoParties parties = new TwoParties(link)) {
      long[] got = run(parties, shape, strategy, w, xs, random);
      for (int t = 0; t < tokens; t++) {
        double[] expected = plaintext(shape, w, xs, tokens, t);
        for (int i = 0; expected != null && i < d; i++) {
          assertEquals(expected[i], got[i * tokens + t] / 4096.0, 0.03, "feature " + i + " of token " + t);
          compared++;
        }
      }
    }
    assertTrue(compared > d * tokens / 2, "too many near ties to mean anything");
  }

  @Test
  void transcriptsDependOnTheShapeOnly() {
    MoeShape shape = shape(4, 5, 6, Activation.GELU);
    for (Strategy strategy : Strategy.values()) {
      List<String> first = transcript(shape, strategy, 1);
      assertEquals(first, transcript(shape, strategy, 2));
      assertNotEquals(first, transcript(shape(8, 5, 6, Activation.GELU), strategy, 1));
    }
  }

  private static List<String> transcript(MoeShape shape, Strategy strategy, long seed) {
    Random random = new Random(seed);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      run(parties, shape, strategy, weights(shape, random), inputs(shape.expert().width() * 10, random), random);
      return parties.transcript();
    }
  }

  /** One token in doubles; null where fixed point cannot tell the two best experts apart. */
  private static double[] plaintext(MoeShape shape, MoeWeights w, long[] xs, int tokens, int token) {
    double[] x = new double[shape.expert().width()];
    for (int i = 0; i < x.length; i++) {
      x[i] = xs[i * tokens + token] / 4096.0;
    }
    double[] g = multiply(w.router(), 0, x);
    int best = 0;
    for (int e = 1; e < g.length; e++) {
      best = g[e] > g[best] ? e : best;
    }
    double sum = 0;
    for (int e = 0; e < g.length; e++) {
      if (e != best && g[best] - g[e] < 0.005) {
        return null;
      }
      sum += Math.exp(g[e] - g[best]);
    }
    double[] h = multiply(w.experts().up(), best, x);
    for (int i = 0; i < h.length; i++) {
      h[i] = shape.expert().activation() == Activation.RELU ? Math.max(0, h[i]) : PlainGelu.of(h[i]);
    }
    double[] y = multiply(w.experts().down(), best, h);
    for (int i = 0; i < y.length; i++) {
      y[i] /= sum;
    }
    return y;
  }

  private static double[] multiply(Weights w, int group, double[] x) {
    double[] y = new double[w.rows()];
    for (int r = 0; r < y.length; r++) {
      for (int i = 0; i < x.length; i++) {
        y[r] += Math.scalb((double) w.get(((long) group * w.rows() + r) * w.columns() + i), -w.fraction()) * x[i];
      }
    }
    return y;
  }
}
