// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.model.checkpoint.Matrix;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.ValueNames;
import io.secmoe.model.plaintext.PlainMath;
import io.secmoe.model.plaintext.PlainVectors;
import io.secmoe.model.plaintext.Reference;
import java.util.Arrays;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;

/**
 * PLAINTEXT reference: the feed-forward layers and Mixtures of Experts of Switch Transformers. An
 * expert takes a sequence's first {@code capacity} tokens that prefer it; the others get nothing.
 */
public final class SwitchFeedForward {
  /** The value in place of an expert, for a token that came too late. */
  public static final int DROPPED = -1;

  private final SwitchTensors tensors;
  private final SwitchConfig config;
  private final int length;
  private final Reference.Observer observer;

  SwitchFeedForward(SwitchTensors tensors, TokenRows rows, Reference.Observer observer) {
    this.tensors = tensors;
    this.config = tensors.config();
    this.length = rows.length();
    this.observer = observer;
  }

  /** Returns W2·act(W1·x) for every normalised token. */
  double[][] dense(int block, double[][] x) {
    return network(block, 0, tensors.up(block), tensors.down(block), x);
  }

  /** Returns the router logits of every normalised token. */
  double[][] logits(int block, double[][] x) {
    double[][] logits = tensors.router(block).times(0, x);
    double[] bias = tensors.routerBias(block);
    if (bias != null) {
      for (double[] token : logits) {
        PlainVectors.add(token, bias);
      }
    }
    return observer.seeAll(SwitchNames.feedForward(block) + ValueNames.LOGITS, logits);
  }

  /** Returns the expert of the largest logit, ties to the lowest, or {@link #DROPPED}. */
  int[] experts(double[][] logits) {
    int[] experts = new int[logits.length];
    int[] taken = new int[config.experts().count()];
    for (int token = 0; token < experts.length; token++) {
      if (token % length == 0) {
        Arrays.fill(taken, 0);
      }
      int expert = PlainMath.argmax(logits[token]);
      boolean late =
          config.experts().capacity() > 0 && ++taken[expert] > config.experts().capacity();
      experts[token] = late ? DROPPED : expert;
    }
    return experts;
  }

  /**
   * Returns p·W2_e·act(W1_e·x) for every normalised token, with p the softmax of its expert's
   * logit; nothing for dropped ones.
   *
   * @param detour maps a token and the router's choice to the expert that it takes
   */
  double[][] sparse(
      int block, double[][] x, double[][] logits, int[] experts, IntBinaryOperator detour) {
    double[][] y = new double[x.length][config.stack().width()];
    Matrix up = tensors.up(block);
    Matrix down = tensors.down(block);
    for (int expert = 0; expert < config.experts().count(); expert++) {
      int chosen = expert;
      int[] tokens =
          IntStream.range(0, x.length)
              .filter(token -> detour.applyAsInt(token, PlainMath.argmax(logits[token])) == chosen)
              .toArray();
      double[][] in = IntStream.of(tokens).mapToObj(token -> x[token]).toArray(double[][]::new);
      // Dropped tokens are computed too, for their ranges, because it is private which tokens are
      // dropped.
      double[][] out = network(block, expert, up, down, in);
      for (int i = 0; i < tokens.length; i++) {
        double gate =
            experts[tokens[i]] == DROPPED
                ? 0
                : PlainMath.softmax(logits[tokens[i]], experts[tokens[i]]);
        for (int feature = 0; feature < config.stack().width(); feature++) {
          y[tokens[i]][feature] = gate * out[i][feature];
        }
      }
    }
    return y;
  }

  private double[][] network(int block, int group, Matrix up, Matrix down, double[][] x) {
    String name = SwitchNames.feedForward(block);
    double[][] hidden = observer.seeAll(name + ValueNames.HIDDEN, up.times(group, x));
    double[][] active = new double[x.length][config.network().hidden()];
    for (int token = 0; token < x.length; token++) {
      for (int i = 0; i < config.network().hidden(); i++) {
        double gate = config.network().gated() ? hidden[token][config.network().hidden() + i] : 1;
        active[token][i] =
            PlainMath.activate(config.network().activation(), hidden[token][i]) * gate;
      }
    }
    if (config.network().gated()) {
      observer.seeAll(name + ValueNames.ACTIVE, active);
    }
    return observer.seeAll(name + ValueNames.OUTPUT, down.times(group, active));
  }
}
