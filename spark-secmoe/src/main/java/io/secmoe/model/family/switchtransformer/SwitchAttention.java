// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.layer.PositionBias;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.ValueNames;
import io.secmoe.model.plaintext.PlainVectors;
import io.secmoe.model.plaintext.Reference;

/**
 * PLAINTEXT reference: T5's self-attention over a batch of padded sequences. Scores are products of
 * queries and keys, unscaled, plus the head's bias for the distance. Keys of padding have no
 * weight.
 */
final class SwitchAttention {
  private final SwitchTensors tensors;
  private final SwitchConfig config;
  private final int length;
  private final int[] lengths;
  private final double[][] positions;
  private final double[] largestPositions;
  private final Reference.Observer observer;

  SwitchAttention(SwitchTensors tensors, TokenRows rows, Reference.Observer observer) {
    this.tensors = tensors;
    this.config = tensors.config();
    this.length = rows.length();
    this.lengths = rows.lengths();
    this.positions = positions(tensors.positions());
    this.largestPositions = tensors.largestPositions();
    this.observer = observer;
  }

  /** Returns the attention of block {@code block} to normalised tokens, sequence after sequence. */
  double[][] apply(int block, double[][] x) {
    String name = SwitchNames.attention(block);
    double[][] query = observer.seeAll(name + ValueNames.QUERY, tensors.query(block).times(0, x));
    double[][] key = observer.seeAll(name + ValueNames.KEY, tensors.key(block).times(0, x));
    double[][] value = observer.seeAll(name + ValueNames.VALUE, tensors.value(block).times(0, x));
    double[][] context = new double[x.length][config.inner()];
    for (int token = 0; token < x.length; token++) {
      for (int head = 0; head < config.attention().heads().count(); head++) {
        double[] scores = scores(query[token], key, token, head);
        observer.see(name + ValueNames.SCORES, bounds(scores, token, head));
        double[] weights = PlainVectors.softmax(scores, lengths[token / length]);
        mix(context[token], weights, value, token, head);
      }
    }
    return observer.seeAll(name + ValueNames.OUTPUT, tensors.output(block).times(0, context));
  }

  /** Returns the biases by head, and by the distance of key and query from 1 − length on. */
  private double[][] positions(PositionBias bias) {
    double[][] positions = new double[config.attention().heads().count()][2 * length - 1];
    for (int head = 0; head < config.attention().heads().count(); head++) {
      for (int i = 0; i < positions[head].length; i++) {
        positions[head][i] = bias.at(head, i + 1 - length);
      }
    }
    return positions;
  }

  /** Returns the scores of a token's query with every key of its sequence, padding included. */
  private double[] scores(double[] query, double[][] key, int token, int head) {
    int at = token % length;
    int first = token - at;
    double[] scores = new double[length];
    for (int other = 0; other < length; other++) {
      double sum = positions[head][other - at + length - 1];
      for (int i = head * config.attention().heads().width();
          i < (head + 1) * config.attention().heads().width();
          i++) {
        sum += query[i] * key[first + other][i];
      }
      scores[other] = sum;
    }
    return scores;
  }

  /**
   * Returns bounds of the scores at any distance, because served sequences may be longer than
   * samples.
   */
  private double[] bounds(double[] scores, int token, int head) {
    double[] bounds = new double[length];
    for (int other = 0; other < length; other++) {
      double product = scores[other] - positions[head][other - token % length + length - 1];
      bounds[other] = Math.abs(product) + largestPositions[head];
    }
    return bounds;
  }

  private void mix(double[] context, double[] weights, double[][] value, int token, int head) {
    int first = token - token % length;
    for (int other = 0; other < weights.length; other++) {
      for (int i = head * config.attention().heads().width();
          i < (head + 1) * config.attention().heads().width();
          i++) {
        context[i] += weights[other] * value[first + other][i];
      }
    }
  }
}
