// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;
import io.secmoe.layer.NormShape;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.Profile;

/**
 * The statistical loss of the server's answers: the information about the weights in the noise that
 * flooding hides. For Q coefficients flooded by f bits, the distance from ideal is about
 * √(2Q)·2^−(f + 5). All of it is public.
 */
public final class StatisticalLoss {
  private static final double SLOTS = Sequences.MAX_TOKENS;
  private static final int PLAIN = 0;
  private static final int SELECT = 1;
  private static final int PRODUCT = 2;
  private static final int PARAMETERS = 3;

  private final Profile profile;
  private final NativeHandle params;
  private double loss;

  private StatisticalLoss(Profile profile, NativeHandle params) {
    this.profile = profile;
    this.params = params;
  }

  /**
   * Returns the binary logarithm of the loss of one attempt at a batch of this shape, for example
   * −31.
   */
  public static double log2(LayerList layers, Strategy strategy, Sequences batch) {
    Profile profile = layers.profile();
    int[] bits = profile.primeBits().stream().mapToInt(Integer::intValue).toArray();
    try (NativeHandle params = new NativeHandle(Native.heParams(bits, profile.t().value()))) {
      StatisticalLoss sum = new StatisticalLoss(profile, params);
      Sequences shape = batch;
      for (LayerSpec<?> layer : layers.layers()) {
        layer.addLoss(sum, strategy, shape);
        shape = layer.after(shape);
      }
      return Math.log(sum.loss) / Math.log(2);
    }
  }

  /** Adds products with a plaintext matrix, {@code terms} wide, at the level of linear layers. */
  void linear(long terms, double answers) {
    add(profile.linearLevel(), PLAIN, terms, answers);
  }

  /** Adds products with a plaintext matrix, {@code terms} wide, at the top level. */
  void linearAtTop(long terms, double answers) {
    add(profile.topLevel(), PLAIN, terms, answers);
  }

  /** Adds products with a matrix that encrypted selectors choose. */
  void select(long terms, double answers) {
    add(profile.topLevel(), SELECT, terms, answers);
  }

  /** Adds products of ciphertexts, summed over {@code terms}. */
  void product(long terms, double answers) {
    add(profile.topLevel(), PRODUCT, terms, answers);
  }

  /** Adds products with parameters that are chosen token by token. */
  void parameters(long terms, double answers) {
    add(profile.topLevel(), PARAMETERS, terms, answers);
  }

  /** Adds products of so many values, each of {@code terms} products. */
  void elementwise(long terms, double values) {
    elementwise(terms, values, 1);
  }

  /** Adds products of so many values, several times. */
  void elementwise(long terms, double values, int times) {
    product(terms, times * slots(values));
  }

  /**
   * Adds a norm: squares are summed up over at most all features, and then each feature is scaled.
   */
  void norm(NormShape shape, int features, Sequences batch) {
    if (shape.kind() != NormShape.Kind.NONE) {
      double ciphertexts = slots((double) features * batch.tokens());
      product(features, ciphertexts);
      product(2, ciphertexts);
    }
  }

  private static double slots(double values) {
    return Math.ceil(values / SLOTS);
  }

  /** Adds so many answers, each a sum of {@code terms} products. */
  private void add(int level, int depth, long terms, double answers) {
    double flood = Native.heFloodBits(params.id(), level, depth, terms);
    loss += Math.sqrt(2 * answers * SLOTS) * Math.exp(-(flood + 5) * Math.log(2));
  }
}
