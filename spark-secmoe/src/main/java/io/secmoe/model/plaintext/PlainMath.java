// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.plaintext;

import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.input.FeatureRows;
import io.secmoe.model.input.Rows;
import io.secmoe.model.input.TokenRows;
import io.secmoe.network.Activation;

/** The functions of the plaintext references, in double arithmetic. */
public final class PlainMath {
  private static final String REMEDY = "give rows made for this model";
  private static final double SERIES_LIMIT = 3;
  private static final double EPSILON = 1e-17;
  private static final int FRACTION_TERMS = 60;

  private PlainMath() {}

  public static double activate(Activation activation, double x) {
    return switch (activation) {
      case GELU -> gelu(x);
      case GELU_TANH ->
          x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case SILU -> x / (1 + Math.exp(-x));
      case RELU -> Math.max(0, x);
    };
  }

  /** Returns x·Φ(x), with Φ the normal distribution function. */
  public static double gelu(double x) {
    double tail = 0.5 * erfc(Math.abs(x) / Math.sqrt(2));
    return x * (x < 0 ? tail : 1 - tail);
  }

  /**
   * Returns 1 − erf(x) for x ≥ 0: a series of positive terms near zero, Laplace's continued
   * fraction beyond.
   */
  public static double erfc(double x) {
    if (x < SERIES_LIMIT) {
      double term = x;
      double sum = x;
      for (int n = 1; term > EPSILON * sum; n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return 1 - 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
    double fraction = x;
    for (int n = FRACTION_TERMS; n > 0; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }

  /** Returns the index of the largest value, ties to the lowest. */
  public static int argmax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Returns softmax(values)[index]. */
  public static double softmax(double[] values, int index) {
    double sum = 0;
    for (double value : values) {
      sum += Math.exp(value - values[index]);
    }
    return 1 / sum;
  }

  /**
   * Refuses rows of the wrong length or with values that are not finite. The message holds no
   * value.
   */
  public static float[][] checkRows(Rows given, int features) {
    if (!(given instanceof FeatureRows numbers)) {
      throw new ModelException(
          "they are sequences of ids, the model takes numbers", "rows", REMEDY);
    }
    float[][] rows = numbers.features();
    for (int row = 0; row < rows.length; row++) {
      if (rows[row].length != features) {
        throw new ModelException(
            "it has " + rows[row].length + " features, the model takes " + features,
            "row " + row,
            REMEDY);
      }
      for (float feature : rows[row]) {
        if (!Float.isFinite(feature)) {
          throw new ModelException(
              "a feature is not a finite number", "row " + row, "clean the rows");
        }
      }
    }
    return rows;
  }

  /**
   * Refuses sequences that are too long, or have ids outside the vocabulary. The message holds no
   * id.
   */
  public static TokenRows checkTokens(Rows given, int vocabulary, int longest) {
    if (!(given instanceof TokenRows tokens)) {
      throw new ModelException(
          "they are numbers, the model takes sequences of ids", "rows", REMEDY);
    }
    for (int row = 0; row < tokens.count(); row++) {
      int[] ids = tokens.ids()[row];
      if (ids.length > longest) {
        throw new ModelException(
            "it has " + ids.length + " ids, the model takes " + longest, "row " + row, REMEDY);
      }
      for (int id : ids) {
        if (id < 0 || id >= vocabulary) {
          throw new ModelException(
              "an id is not in the vocabulary, 0 to " + (vocabulary - 1), "row " + row, REMEDY);
        }
      }
    }
    return tokens;
  }
}
