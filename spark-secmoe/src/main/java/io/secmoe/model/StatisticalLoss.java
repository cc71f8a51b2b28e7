package io.secmoe.model;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.Sequences;
import io.secmoe.moe.Strategy;
import io.secmoe.party.Profile;

/**
 * What the server's answers may give away statistically about the weights through the noise that flooding hides: for Q coefficients
 * flooded by f bits the distance from ideal is about √(2Q)·2^−(f + 5). All of it is public.
 */
public final class StatisticalLoss {
  private static final double SLOTS = 8192;
  private static final int PLAIN = 0;
  private static final int SELECT = 1;
  private static final int PRODUCT = 2;

  private final Profile profile;
  private final NativeHandle params;
  private double loss;

  private StatisticalLoss(Profile profile, NativeHandle params) {
    this.profile = profile;
    this.params = params;
  }

  /** Binary logarithm of the loss of one attempt at a batch of this shape, for example −31. */
  public static double log2(LayerList layers, Strategy strategy, Sequences shape) {
    Profile profile = layers.profile();
    int[] bits = profile.primeBits().stream().mapToInt(Integer::intValue).toArray();
    try (NativeHandle params = new NativeHandle(Native.heParams(bits, profile.t().value()))) {
      StatisticalLoss sum = new StatisticalLoss(profile, params);
      for (LayerSpec layer : layers.layers()) {
        if (layer instanceof MoeSpec moe) {
          sum.sparse(moe.shape(), strategy, shape.tokens());
        } else {
          sum.add(profile.linearLevel(), PLAIN, layer.inputs(), layer.outputs());
        }
      }
      return Math.log(sum.loss) / Math.log(2);
    }
  }

  private void sparse(MoeShape shape, Strategy strategy, int tokens) {
    int experts = shape.experts();
    int top = profile.topLevel();
    double evaluated = strategy == Strategy.ALL ? experts : 1;
    add(top, PRODUCT, 1, Math.ceil((evaluated * shape.expert().hidden() + experts + 1) * tokens / SLOTS));
    if (strategy == Strategy.ALL) {
      add(profile.linearLevel(), PLAIN, shape.expert().width(), experts * (shape.expert().hidden() + 1.0));
      add(profile.linearLevel(), PLAIN, shape.expert().hidden(), (double) experts * shape.expert().width());
      add(top, PRODUCT, 2, Math.ceil(shape.expert().width() * tokens / SLOTS));
    } else {
      add(top, PLAIN, shape.expert().width(), experts);
      add(top, SELECT, (long) experts * shape.expert().width(), shape.expert().hidden());
      add(top, SELECT, (long) experts * shape.expert().hidden(), shape.expert().width());
    }
  }

  /** So many answers, each a sum of {@code terms} products. */
  private void add(int level, int depth, long terms, double answers) {
    double flood = Native.heFloodBits(params.id(), level, depth, terms);
    loss += Math.sqrt(2 * answers * SLOTS) * Math.exp(-(flood + 5) * Math.log(2));
  }
}
