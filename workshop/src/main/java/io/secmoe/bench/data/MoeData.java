// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.data;

import io.secmoe.linear.LinearWeights;
import io.secmoe.linear.Weights;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.MoeWeights;
import io.secmoe.moe.RouterShape;
import io.secmoe.network.Activation;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.FeedForwardWeights;
import io.secmoe.network.LinearScale;
import java.util.Random;

/**
 * A sparse layer with random full-range weights, at scales that keep every value within 2^5, and
 * its plaintext evaluation for the error column.
 */
public final class MoeData {
  private static final int RANGE_BITS = 5;
  private static final double INPUT_RMS = 1.15;
  private static final double HIDDEN_RMS = 1.5;
  private static final double RESULT_RMS = 2;

  public final MoeShape shape;
  public final int tokens;

  public MoeData(int experts, int d, int hidden, int tokens, Activation activation) {
    this.tokens = tokens;
    FeedForwardShape expert =
        new FeedForwardShape(d, hidden, activation, scale(d, INPUT_RMS), scale(hidden, HIDDEN_RMS));
    this.shape = new MoeShape(experts, RouterShape.top1(scale(d, INPUT_RMS)), expert);
  }

  /**
   * Returns the scale at which uniform 12-bit weights over so many inputs give results of the
   * wanted size.
   */
  private static LinearScale scale(int inputs, double rms) {
    double weight = Weights.LIMIT / Math.sqrt(3);
    double fraction = Math.log(weight * Math.sqrt(inputs) * rms / RESULT_RMS) / Math.log(2);
    return new LinearScale((int) Math.round(fraction), RANGE_BITS);
  }

  public MoeWeights weights() {
    FeedForwardShape e = shape.expert();
    FeedForwardWeights experts =
        new FeedForwardWeights(
            random(shape.experts(), e.hidden(), e.width(), e.up().fraction(), 12),
            random(shape.experts(), e.width(), e.hidden(), e.down().fraction(), 13));
    return new MoeWeights(
        random(1, shape.experts(), e.width(), shape.router().logits().fraction(), 11), experts);
  }

  private static LinearWeights random(int groups, int rows, int columns, int fraction, long seed) {
    Random random = new Random(seed);
    return new LinearWeights(
        Weights.quantise(
            groups,
            rows,
            columns,
            fraction,
            i ->
                Math.scalb((double) random.nextInt(-Weights.LIMIT, Weights.LIMIT + 1), -fraction)));
  }

  /** Returns feature-major inputs at 12 fraction bits, uniform in [−2, 2]. */
  public long[] inputs() {
    Random random = new Random(14);
    long[] x = new long[shape.expert().width() * tokens];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(-8192, 8193);
    }
    return x;
  }

  /**
   * Returns the layer's result for one token in double precision; null where two experts are too
   * close for fixed point to tell apart.
   */
  public double[] plaintext(MoeWeights weights, long[] x, int token) {
    double[] in = new double[shape.expert().width()];
    for (int i = 0; i < in.length; i++) {
      in[i] = x[i * tokens + token] / 4096.0;
    }
    double[] logits = multiply(weights.router(), 0, in);
    int best = 0;
    for (int e = 1; e < logits.length; e++) {
      best = logits[e] > logits[best] ? e : best;
    }
    double sum = 0;
    for (int e = 0; e < logits.length; e++) {
      if (e != best && logits[best] - logits[e] < 0.01) {
        return null;
      }
      sum += Math.exp(logits[e] - logits[best]);
    }
    double[] hidden = multiply(weights.experts().up(), best, in);
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] =
          shape.expert().activation() == Activation.RELU
              ? Math.max(0, hidden[i])
              : PlainFunctions.gelu(hidden[i]);
    }
    double[] out = multiply(weights.experts().down(), best, hidden);
    for (int i = 0; i < out.length; i++) {
      out[i] /= sum;
    }
    return out;
  }

  private static double[] multiply(LinearWeights linear, int group, double[] x) {
    Weights w = linear.weights();
    double[] y = new double[w.rows()];
    long at = (long) group * w.rows() * w.columns();
    for (int r = 0; r < y.length; r++) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += w.get(at++) * x[i];
      }
      y[r] = Math.scalb(sum, -w.fraction());
    }
    return y;
  }
}
