// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.plaintext;

import io.secmoe.layer.Pooling;
import java.util.Arrays;

/** The functions of vectors in the plaintext references, in double arithmetic. */
public final class PlainVectors {
  private PlainVectors() {}

  /** Computes y += x and returns y. */
  public static double[] add(double[] y, double[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] += x[i];
    }
    return y;
  }

  /** Computes y += x for every column. */
  public static void addAll(double[][] y, double[][] x) {
    for (int column = 0; column < y.length; column++) {
      add(y[column], x[column]);
    }
  }

  /** Returns x/√(mean(x²) + ε) of every column. */
  public static double[][] rmsNorm(double[][] x, double epsilon) {
    return Arrays.stream(x)
        .map(
            column -> {
              double scale =
                  1
                      / Math.sqrt(
                          Arrays.stream(column).map(v -> v * v).average().orElseThrow() + epsilon);
              return Arrays.stream(column).map(v -> v * scale).toArray();
            })
        .toArray(double[][]::new);
  }

  /** Returns the softmax over the first {@code length} scores; the rest gets no weight. */
  public static double[] softmax(double[] scores, int length) {
    double largest = Arrays.stream(scores, 0, length).max().orElseThrow();
    double[] weights = new double[scores.length];
    double sum = 0;
    for (int i = 0; i < length; i++) {
      weights[i] = Math.exp(scores[i] - largest);
      sum += weights[i];
    }
    for (int i = 0; i < length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /** Returns one vector of a sequence's tokens. */
  public static double[] pool(Pooling pooling, double[][] tokens) {
    if (pooling == Pooling.FIRST) {
      return tokens[0].clone();
    }
    double[] sum = new double[tokens[0].length];
    for (double[] token : tokens) {
      add(sum, token);
    }
    return Arrays.stream(sum).map(v -> v / tokens.length).toArray();
  }
}
