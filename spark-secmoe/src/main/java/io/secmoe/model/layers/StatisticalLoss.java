// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;
import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.EmbeddingShape;
import io.secmoe.layer.NormShape;
import io.secmoe.layer.Pooling;
import io.secmoe.linear.MatrixProductShape;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.Strategy;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.Sequences;
import io.secmoe.party.Profile;
import io.secmoe.protocol.product.SumPacking;

/**
 * What the server's answers may give away statistically about the weights through the noise that
 * flooding hides: for Q coefficients flooded by f bits the distance from ideal is about √(2Q)·2^−(f
 * + 5). All of it is public.
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

  /** Binary logarithm of the loss of one attempt at a batch of this shape, for example −31. */
  public static double log2(LayerList layers, Strategy strategy, Sequences batch) {
    Profile profile = layers.profile();
    int[] bits = profile.primeBits().stream().mapToInt(Integer::intValue).toArray();
    try (NativeHandle params = new NativeHandle(Native.heParams(bits, profile.t().value()))) {
      StatisticalLoss sum = new StatisticalLoss(profile, params);
      Sequences shape = batch;
      for (LayerSpec layer : layers.layers()) {
        sum.add(layer, strategy, shape);
        shape = layer instanceof PoolSpec ? new Sequences(batch.count(), 1) : shape;
      }
      return Math.log(sum.loss) / Math.log(2);
    }
  }

  private void add(LayerSpec layer, Strategy strategy, Sequences batch) {
    if (layer instanceof MoeSpec moe) {
      norm(moe.norm(), moe.inputs(), batch);
      sparse(moe.shape(), strategy, batch.tokens());
    } else if (layer instanceof FeedForwardSpec dense) {
      norm(dense.norm(), dense.inputs(), batch);
      dense(dense.shape(), batch.tokens());
    } else if (layer instanceof AttentionSpec attention) {
      norm(attention.norm(), attention.inputs(), batch);
      attention(attention.shape(), batch);
    } else if (layer instanceof EmbeddingSpec table) {
      lookUp(table.shape());
    } else if (layer instanceof NormSpec norm) {
      norm(norm.norm(), norm.width(), batch);
    } else if (layer instanceof PoolSpec pool) {
      mean(pool, batch);
    } else if (layer instanceof LinearSpec) {
      add(profile.linearLevel(), PLAIN, layer.inputs(), layer.outputs());
    }
  }

  private void sparse(MoeShape shape, Strategy strategy, int tokens) {
    int experts = shape.experts();
    FeedForwardShape expert = shape.expert();
    int top = profile.topLevel();
    long chosen = shape.topK();
    int bias = expert.biased() ? 1 : 0;
    double evaluated = strategy == Strategy.ALL ? experts : chosen;
    add(top, PRODUCT, 1, slots((evaluated * expert.upRows() + experts + chosen) * tokens));
    switch (strategy) {
      case SELECT -> {
        add(top, PLAIN, expert.width(), experts);
        add(
            top,
            SELECT,
            (long) experts * (expert.width() + bias),
            (double) chosen * expert.upRows());
        add(top, SELECT, chosen * experts * (expert.hidden() + bias), expert.width());
      }
      case ALL -> {
        add(profile.linearLevel(), PLAIN, expert.width(), experts * (expert.upRows() + 1.0));
        add(profile.linearLevel(), PLAIN, expert.hidden(), (double) experts * expert.width());
        add(top, PRODUCT, 2, slots((double) chosen * expert.width() * tokens));
      }
      case PARAMETERS -> {
        add(profile.linearLevel(), PLAIN, expert.width(), experts);
        long answers = (long) shape.upParameters().answers() + shape.downParameters().answers();
        add(top, PARAMETERS, experts + bias, (double) chosen * tokens * answers);
      }
    }
  }

  private void dense(FeedForwardShape shape, int tokens) {
    add(profile.linearLevel(), PLAIN, shape.width(), shape.upRows());
    add(profile.topLevel(), PRODUCT, 1, slots((double) shape.upRows() * tokens));
    add(profile.linearLevel(), PLAIN, shape.hidden(), shape.width());
  }

  /**
   * Projections, two products of pairs each way, one square and one scaling of every score, the
   * output's matrix.
   */
  private void attention(AttentionShape shape, Sequences batch) {
    int top = profile.topLevel();
    int length = batch.length();
    double pairs = (double) shape.heads() * batch.count();
    double byTokens = Math.ceil(pairs / MatrixProductShape.pairsPerCiphertext(length));
    // At most: a group of pairs, which one ciphertext or more of its tokens hold, may leave one of
    // its features partly empty.
    double byFeatures =
        Math.max(
            byTokens, Math.ceil(pairs / MatrixProductShape.pairsPerCiphertext(shape.headWidth())));
    add(profile.linearLevel(), PLAIN, shape.width(), 3.0 * shape.inner());
    add(top, PRODUCT, shape.headWidth(), 2 * length * byTokens);
    add(top, PRODUCT, length, shape.headWidth() * byTokens + length * byFeatures);
    add(top, PRODUCT, 2, 2 * slots(pairs * length * length));
    add(profile.linearLevel(), PLAIN, shape.inner(), shape.width());
  }

  private void lookUp(EmbeddingShape shape) {
    if (!shape.isPublished()) {
      add(
          profile.topLevel(),
          SELECT,
          (long) shape.highDigits() * shape.lowDigits() * shape.limbs(),
          shape.width());
    }
  }

  /** Squares are summed up over some of the features, at most all; then each is scaled. */
  private void norm(NormShape shape, int features, Sequences batch) {
    if (shape.kind() != NormShape.Kind.NONE) {
      double ciphertexts = slots((double) features * batch.tokens());
      add(profile.topLevel(), PRODUCT, features, ciphertexts);
      add(profile.topLevel(), PRODUCT, 2, ciphertexts);
    }
  }

  private void mean(PoolSpec pool, Sequences batch) {
    if (pool.pooling() == Pooling.MEAN) {
      SumPacking packing = SumPacking.of(pool.width(), batch.count(), batch.length());
      add(profile.topLevel(), PRODUCT, packing.rows(), packing.blocks());
    }
  }

  private static double slots(double values) {
    return Math.ceil(values / SLOTS);
  }

  /** So many answers, each a sum of {@code terms} products. */
  private void add(int level, int depth, long terms, double answers) {
    double flood = Native.heFloodBits(params.id(), level, depth, terms);
    loss += Math.sqrt(2 * answers * SLOTS) * Math.exp(-(flood + 5) * Math.log(2));
  }
}
