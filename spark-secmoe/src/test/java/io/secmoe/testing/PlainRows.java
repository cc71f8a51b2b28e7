// SPDX-License-Identifier: Apache-2.0
package io.secmoe.testing;

/** Functions of rows in double precision, element-major (width × rows): the oracles. */
public final class PlainRows {
  private PlainRows() {}

  public static double[] softmax(double[] x, int width) {
    int rows = x.length / width;
    double[] p = new double[x.length];
    for (int r = 0; r < rows; r++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = r; i < x.length; i += rows) {
        largest = Math.max(largest, x[i]);
      }
      double sum = 0;
      for (int i = r; i < x.length; i += rows) {
        p[i] = Math.exp(x[i] - largest);
        sum += p[i];
      }
      for (int i = r; i < x.length; i += rows) {
        p[i] /= sum;
      }
    }
    return p;
  }

  public static double[] rmsNorm(double[] x, int features, double epsilon) {
    int tokens = x.length / features;
    double[] y = new double[x.length];
    for (int t = 0; t < tokens; t++) {
      double sum = 0;
      for (int i = t; i < x.length; i += tokens) {
        sum += x[i] * x[i];
      }
      for (int i = t; i < x.length; i += tokens) {
        y[i] = x[i] / Math.sqrt(sum / features + epsilon);
      }
    }
    return y;
  }

  public static double[] layerNorm(double[] x, int features, double epsilon) {
    return rmsNorm(centred(x, features), features, epsilon);
  }

  /** Returns x less the mean of its row. */
  public static double[] centred(double[] x, int width) {
    int rows = x.length / width;
    double[] y = new double[x.length];
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int i = r; i < x.length; i += rows) {
        sum += x[i];
      }
      for (int i = r; i < x.length; i += rows) {
        y[i] = x[i] - sum / width;
      }
    }
    return y;
  }

  /** Returns the largest magnitude of every row. */
  public static double[] largest(double[] x, int width) {
    int rows = x.length / width;
    double[] largest = new double[rows];
    for (int i = 0; i < x.length; i++) {
      largest[i % rows] = Math.max(largest[i % rows], Math.abs(x[i]));
    }
    return largest;
  }
}
