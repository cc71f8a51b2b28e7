// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.data;

import java.util.Arrays;

/** Plaintext functions to measure errors against. */
public final class PlainFunctions {
  /** Added to a mean of squares, as models do. */
  public static final double NORM_EPSILON = 1e-5;

  private PlainFunctions() {}

  /**
   * Returns x·Φ(x), by the error function's continued fraction far out and its series near zero;
   * relative error below 1e-12.
   */
  public static double gelu(double x) {
    return x * normalCdf(x);
  }

  /** Returns the tanh form that some models are trained with. */
  public static double geluTanh(double x) {
    return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  public static double silu(double x) {
    return x / (1 + Math.exp(-x));
  }

  public static void softmax(double[] x, double[] y) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double v : x) {
      largest = Math.max(largest, v);
    }
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      y[i] = Math.exp(x[i] - largest);
      sum += y[i];
    }
    for (int i = 0; i < y.length; i++) {
      y[i] /= sum;
    }
  }

  /** x over the root of its mean square; gains belong to the next matrix. */
  public static void rmsNorm(double[] x, double[] y) {
    scaleToUnit(x, 0, y);
  }

  /** Normalises after the mean was taken away. */
  public static void layerNorm(double[] x, double[] y) {
    double sum = 0;
    for (double v : x) {
      sum += v;
    }
    scaleToUnit(x, sum / x.length, y);
  }

  private static void scaleToUnit(double[] x, double mean, double[] y) {
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] - mean;
      squares += y[i] * y[i];
    }
    double factor = 1 / Math.sqrt(squares / x.length + NORM_EPSILON);
    for (int i = 0; i < y.length; i++) {
      y[i] *= factor;
    }
  }

  /**
   * One-hot positions of the k largest, the largest first, ties by the lowest index: k times as
   * many values as x has.
   */
  public static void topK(double[] x, int k, double[] oneHots) {
    Arrays.fill(oneHots, 0);
    for (int j = 0; j < k; j++) {
      int best = -1;
      for (int i = 0; i < x.length; i++) {
        if (!taken(oneHots, i, j, x.length) && (best < 0 || x[i] > x[best])) {
          best = i;
        }
      }
      oneHots[j * x.length + best] = 1;
    }
  }

  private static boolean taken(double[] oneHots, int i, int until, int width) {
    for (int j = 0; j < until; j++) {
      if (oneHots[j * width + i] == 1) {
        return true;
      }
    }
    return false;
  }

  private static double normalCdf(double x) {
    double a = Math.abs(x);
    double tail = a < 3 ? 0.5 - density(a) * series(a) : density(a) * fraction(a);
    return x < 0 ? tail : 1 - tail;
  }

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** Returns Σ x^(2k+1) / (1·3·5…(2k+1)). */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int k = 1; term > 1e-17 * sum && k < 200; k++) {
      term *= x * x / (2 * k + 1);
      sum += term;
    }
    return sum;
  }

  private static double fraction(double x) {
    double f = 0;
    for (int k = 120; k > 0; k--) {
      f = k / (x + f);
    }
    return 1 / (x + f);
  }
}
