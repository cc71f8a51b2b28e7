// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.linear.LinearWeights;
import io.secmoe.linear.Weights;
import io.secmoe.network.Sequences;

/**
 * An attention layer in double precision on the quantised weights, with a bound for what fixed
 * point may differ by.
 */
final class PlainAttention {
  private static final double UNIT = 0x1p-12;

  private final AttentionShape shape;
  private final AttentionWeights weights;
  private final Sequences sequences;
  private final int[] lengths;
  private double[] query;
  private double[] key;
  private double[] value;

  PlainAttention(
      AttentionShape shape, AttentionWeights weights, Sequences sequences, int[] lengths) {
    this.shape = shape;
    this.weights = weights;
    this.sequences = sequences;
    this.lengths = lengths;
  }

  /** Returns the layer's result: width × tokens to width × tokens. */
  double[] of(double[] x) {
    query = product(weights.query(), x);
    key = product(weights.key(), x);
    value = product(weights.value(), x);
    double[] means = new double[value.length];
    for (int head = 0; head < shape.heads().count(); head++) {
      for (int token = 0; token < sequences.tokens(); token++) {
        double[] p = probabilities(head, token);
        for (int c = 0; c < shape.heads().width(); c++) {
          for (int j = 0; j < p.length; j++) {
            means[at(head, c, token)] += p[j] * value[at(head, c, first(token) + j)];
          }
        }
      }
    }
    return product(weights.output(), means);
  }

  /**
   * Returns the error that the layer may have after {@link #of}. A query or key is off by a unit,
   * so a score by the sum of a head's magnitudes, δ, and a probability by a factor e^(2δ); softmax
   * itself is off by 2^−9 in all where one key dominates and by a unit more for every key; what
   * that makes of the values goes through the output's weights, and values and results are off by a
   * unit as well.
   */
  double allowed() {
    double score = 0;
    double largest = 0;
    for (int i = 0; i < value.length; i++) {
      score = Math.max(score, Math.max(Math.abs(query[i]), Math.abs(key[i])));
      largest = Math.max(largest, Math.abs(value[i]));
    }
    double delta = 2 * shape.heads().width() * score * UNIT;
    double means =
        largest * (Math.expm1(2 * delta) + 0x1p-9 + sequences.length() * UNIT) + 2 * UNIT;
    double rows = 0;
    for (int row = 0; row < shape.width(); row++) {
      double sum = 0;
      for (int i = 0; i < shape.inner(); i++) {
        sum += Math.abs(real(weights.output().weights(), (long) row * shape.inner() + i));
      }
      rows = Math.max(rows, sum);
    }
    return rows * means + 2 * UNIT;
  }

  /**
   * Returns the largest score, and the largest result of a projection: a test must stay inside the
   * layer's ranges.
   */
  double[] largest() {
    double[] largest = new double[2];
    for (int head = 0; head < shape.heads().count(); head++) {
      for (int token = 0; token < sequences.tokens(); token++) {
        for (int j = 0; j < sequences.length(); j++) {
          largest[0] = Math.max(largest[0], Math.abs(score(head, token, j)));
        }
      }
    }
    for (int i = 0; i < value.length; i++) {
      largest[1] =
          Math.max(
              largest[1],
              Math.max(Math.abs(query[i]), Math.max(Math.abs(key[i]), Math.abs(value[i]))));
    }
    return largest;
  }

  private double[] probabilities(int head, int token) {
    int length = lengths[token / sequences.length()];
    double[] p = new double[length];
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < length; j++) {
      p[j] = score(head, token, j);
      largest = Math.max(largest, p[j]);
    }
    double sum = 0;
    for (int j = 0; j < length; j++) {
      p[j] = Math.exp(p[j] - largest);
      sum += p[j];
    }
    for (int j = 0; j < length; j++) {
      p[j] /= sum;
    }
    return p;
  }

  private double score(int head, int token, int j) {
    double score = weights.position().at(head, j - token % sequences.length());
    for (int c = 0; c < shape.heads().width(); c++) {
      score += query[at(head, c, token)] * key[at(head, c, first(token) + j)];
    }
    return score;
  }

  private int first(int token) {
    return token / sequences.length() * sequences.length();
  }

  private int at(int head, int c, int token) {
    return (head * shape.heads().width() + c) * sequences.tokens() + token;
  }

  private double[] product(LinearWeights linear, double[] x) {
    Weights w = linear.weights();
    long[] bias = linear.bias();
    int tokens = sequences.tokens();
    double[] y = new double[w.rows() * tokens];
    for (int i = 0; i < y.length; i++) {
      int row = i / tokens;
      y[i] = bias == null ? 0 : Math.scalb((double) bias[row], -12 - w.fraction());
      for (int k = 0; k < w.columns(); k++) {
        y[i] += real(w, (long) row * w.columns() + k) * x[k * tokens + i % tokens];
      }
    }
    return y;
  }

  private static double real(Weights w, long i) {
    return Math.scalb((double) w.get(i), -w.fraction());
  }
}
