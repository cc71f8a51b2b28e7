// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.data;

import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.AttentionWeights;
import io.secmoe.layer.PositionBias;
import io.secmoe.linear.LinearWeights;
import io.secmoe.linear.Weights;
import io.secmoe.network.LinearScale;
import io.secmoe.network.Sequences;
import java.util.Arrays;
import java.util.Random;

/**
 * An attention layer with random full-range weights and T5's position bias, at scales that keep
 * scores within 2^5, and its plaintext evaluation for the error column. Every other sequence is
 * shorter than the padded length.
 */
public final class AttentionData {
  private static final int RANGE_BITS = 5;
  private static final double INPUT_RMS = 1.15;
  private static final int BUCKETS = 32;
  private static final int MAX_DISTANCE = 128;

  public final AttentionShape shape;
  public final Sequences sequences;

  public AttentionData(int d, int heads, int count, int length) {
    if (d % heads != 0) {
      throw new IllegalArgumentException(d + " features are not " + heads + " heads");
    }
    // Scores are sums over a head: with factors of this size they stay near ±3.
    double factor = Math.sqrt(3 / Math.sqrt(d / (double) heads));
    int key = fraction(d, INPUT_RMS, factor);
    this.shape =
        new AttentionShape(
            d,
            new AttentionShape.Heads(heads, d / heads),
            false,
            new LinearScale(key, RANGE_BITS),
            new LinearScale(key, RANGE_BITS),
            new LinearScale(fraction(d, INPUT_RMS, 2), RANGE_BITS),
            new LinearScale(fraction(d, 1, 2), RANGE_BITS),
            RANGE_BITS);
    this.sequences = new Sequences(count, length);
  }

  /**
   * Returns the scale at which uniform 12-bit weights over so many inputs give results of the
   * wanted size.
   */
  private static int fraction(int inputs, double rms, double wanted) {
    double weight = Weights.LIMIT / Math.sqrt(3);
    return (int) Math.round(Math.log(weight * Math.sqrt(inputs) * rms / wanted) / Math.log(2));
  }

  public AttentionWeights weights() {
    int d = shape.width();
    Random random = new Random(16);
    double[][] position = new double[shape.heads().count()][];
    Arrays.setAll(position, h -> random.doubles(BUCKETS, -1, 1).toArray());
    return new AttentionWeights(
        random(d, shape.query().fraction(), 17),
        random(d, shape.key().fraction(), 18),
        random(d, shape.value().fraction(), 19),
        random(d, shape.output().fraction(), 20),
        PositionBias.relative(true, MAX_DISTANCE, position));
  }

  private static LinearWeights random(int d, int fraction, long seed) {
    Random random = new Random(seed);
    return new LinearWeights(
        Weights.quantise(
            1,
            d,
            d,
            fraction,
            i ->
                Math.scalb((double) random.nextInt(-Weights.LIMIT, Weights.LIMIT + 1), -fraction)));
  }

  public int[] lengths() {
    int[] lengths = new int[sequences.count()];
    Arrays.setAll(lengths, i -> i % 2 == 0 ? sequences.length() : 1 + i * 37 % sequences.length());
    return lengths;
  }

  /** Returns a feature of a token at 12 fraction bits, in [−2, 2]. */
  public static long input(long index) {
    return Math.floorMod(Seeded.bits(21, index), 16385) - 8192L;
  }

  /** Returns the layer's result for a sequence in double precision, width × length. */
  public double[] plaintext(AttentionWeights weights, int sequence) {
    int length = sequences.length();
    double[] x = new double[shape.width() * length];
    Arrays.setAll(
        x,
        i ->
            input((long) (i / length) * sequences.tokens() + (long) sequence * length + i % length)
                / 4096.0);
    double[] query = multiply(weights.query(), x, length);
    double[] key = multiply(weights.key(), x, length);
    double[] value = multiply(weights.value(), x, length);
    double[] means = new double[value.length];
    double[] scores = new double[lengths()[sequence]];
    double[] p = new double[scores.length];
    for (int row = 0; row < shape.inner(); row += shape.heads().width()) {
      for (int token = 0; token < length; token++) {
        for (int j = 0; j < scores.length; j++) {
          scores[j] = weights.position().at(row / shape.heads().width(), j - token);
          for (int c = row; c < row + shape.heads().width(); c++) {
            scores[j] += query[c * length + token] * key[c * length + j];
          }
        }
        PlainFunctions.softmax(scores, p);
        for (int c = row; c < row + shape.heads().width(); c++) {
          for (int j = 0; j < p.length; j++) {
            means[c * length + token] += p[j] * value[c * length + j];
          }
        }
      }
    }
    return multiply(weights.output(), means, length);
  }

  private static double[] multiply(LinearWeights linear, double[] x, int columns) {
    Weights w = linear.weights();
    double[] y = new double[w.rows() * columns];
    for (int row = 0; row < w.rows(); row++) {
      for (int k = 0; k < w.columns(); k++) {
        double weight = Math.scalb((double) w.get((long) row * w.columns() + k), -w.fraction());
        for (int i = 0; i < columns; i++) {
          y[row * columns + i] += weight * x[k * columns + i];
        }
      }
    }
    return y;
  }
}
