// SPDX-License-Identifier: Apache-2.0
package io.secmoe.testing;

import io.secmoe.linear.LinearWeights;
import io.secmoe.linear.Weights;
import io.secmoe.moe.MoeLayer;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.MoeWeights;
import io.secmoe.network.Activation;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.FeedForwardWeights;
import io.secmoe.network.Sequences;
import io.secmoe.ring.FixedPoint;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Feed-forward networks and sparse layers in double precision, on quantised weights: the oracles.
 */
public final class PlainMoe {
  /** Logits that are closer than this may fall either way in fixed point. */
  private static final double TIE = 0.005;

  private PlainMoe() {}

  /**
   * Returns network {@code group} of one token, with biases for hidden features at {@code
   * hiddenFraction} bits.
   */
  public static double[] feedForward(
      FeedForwardShape shape, FeedForwardWeights w, int group, int hiddenFraction, double[] x) {
    double[] up = affine(w.up(), group, FixedPoint.FRACTION + shape.up().fraction(), x);
    double[] hidden = new double[shape.hidden()];
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = activate(shape.activation(), up[i]) * (shape.gated() ? up[hidden.length + i] : 1);
    }
    return affine(w.down(), group, hiddenFraction + shape.down().fraction(), hidden);
  }

  /**
   * Returns the result of every token, d numbers each; null where a near tie of logits leaves it
   * open.
   */
  public static double[][] layer(MoeShape shape, MoeWeights w, Sequences sequences, long[] xs) {
    double[][] results = new double[sequences.tokens()][];
    for (int sequence = 0; sequence < sequences.count(); sequence++) {
      int[] queue = new int[shape.experts()];
      boolean open = false;
      for (int i = 0; i < sequences.length(); i++) {
        int token = sequence * sequences.length() + i;
        double[] x = token(xs, sequences.tokens(), token);
        double[] g =
            affine(w.router(), 0, FixedPoint.FRACTION + shape.router().logits().fraction(), x);
        int[] order = order(g);
        boolean tie =
            shape.topK() < g.length && g[order[shape.topK() - 1]] - g[order[shape.topK()]] < TIE;
        // Behind a tie nobody knows how long queues are.
        open |= tie && shape.router().capacity() > 0;
        if (!tie && !open) {
          boolean kept =
              shape.router().capacity() == 0 || ++queue[order[0]] <= shape.router().capacity();
          results[token] = kept ? mixture(shape, w, g, order, x) : new double[x.length];
        }
      }
    }
    return results;
  }

  private static double[] mixture(
      MoeShape shape, MoeWeights w, double[] g, int[] order, double[] x) {
    double sum = 0;
    for (int i = 0; i < (shape.router().renormalised() ? shape.topK() : g.length); i++) {
      sum += Math.exp(g[order[i]]);
    }
    double[] y = new double[x.length];
    for (int j = 0; j < shape.topK(); j++) {
      double[] part =
          feedForward(shape.expert(), w.experts(), order[j], MoeLayer.HIDDEN_FRACTION, x);
      for (int i = 0; i < y.length; i++) {
        y[i] += Math.exp(g[order[j]]) / sum * part[i];
      }
    }
    return y;
  }

  /** Returns feature-major integers at 12 fraction bits to the features of one token. */
  public static double[] token(long[] xs, int tokens, int token) {
    double[] x = new double[xs.length / tokens];
    Arrays.setAll(x, i -> FixedPoint.decode(xs[i * tokens + token], FixedPoint.FRACTION));
    return x;
  }

  /** Returns indices by descending value, ties by index. */
  private static int[] order(double[] g) {
    return IntStream.range(0, g.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -g[i]))
        .mapToInt(i -> i)
        .toArray();
  }

  private static double[] affine(LinearWeights linear, int group, int biasFraction, double[] x) {
    Weights w = linear.weights();
    long[] bias = linear.bias();
    double[] y = new double[w.rows()];
    for (int r = 0; r < y.length; r++) {
      long row = (long) group * w.rows() + r;
      y[r] = bias == null ? 0 : FixedPoint.decode(bias[(int) row], biasFraction);
      for (int i = 0; i < x.length; i++) {
        y[r] += FixedPoint.decode(w.get(row * w.columns() + i), w.fraction()) * x[i];
      }
    }
    return y;
  }

  private static double activate(Activation activation, double x) {
    return switch (activation) {
      case GELU -> PlainGelu.of(x);
      case GELU_TANH ->
          x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case SILU -> x / (1 + Math.exp(-x));
      case RELU -> Math.max(0, x);
    };
  }
}
