// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.Pooling;
import io.secmoe.model.input.TokenInput;
import io.secmoe.network.Activation;
import java.util.List;

/**
 * A Switch Transformers encoder, as {@link SwitchConfigReader} reads it.
 *
 * @param name the model's name, for people
 * @param tokens the vocabulary, and the most tokens of a sequence: {@code n_positions}, or less if
 *     {@link SwitchCapacity} says so
 * @param stack the residual stream and its blocks
 * @param attention the attention of every block
 * @param network the feed-forward network of every block, and of every expert
 * @param experts the Mixtures of Experts
 * @param head the layers behind the last block
 */
record SwitchConfig(
    String name,
    TokenInput tokens,
    Stack stack,
    Attention attention,
    Network network,
    Experts experts,
    Head head) {
  /**
   * The residual stream.
   *
   * @param width d_model
   * @param blocks pairs of attention and feed-forward
   * @param epsilon of the norms
   */
  record Stack(int width, int blocks, double epsilon) {}

  /**
   * Attention with a bias by the distance of two tokens.
   *
   * @param heads the heads, of d_kv features each
   * @param buckets buckets of distances
   * @param farthest the distance from which on they share a bucket
   */
  record Attention(AttentionShape.Heads heads, int buckets, int farthest) {}

  /**
   * A feed-forward network.
   *
   * @param hidden d_ff
   * @param gated true for T5's gated form
   */
  record Network(int hidden, Activation activation, boolean gated) {}

  /**
   * Mixtures of Experts.
   *
   * @param count experts of a sparse block
   * @param routerBias true if the routers have biases
   * @param capacity tokens of a sequence that an expert takes; 0: all
   * @param sparseStep every sparseStep-th block is sparse, counted from the second block; 0 if none
   *     is
   */
  record Experts(int count, boolean routerBias, int capacity, int sparseStep) {}

  /**
   * The end of the encoder.
   *
   * @param pooling null if tokens keep their vectors
   * @param labels the classes; empty if there is no classifier
   */
  record Head(Pooling pooling, List<String> labels) {
    Head {
      labels = List.copyOf(labels);
    }
  }

  /** Returns true if block {@code index} has a Mixture of Experts. */
  boolean sparse(int index) {
    int step = experts.sparseStep;
    return step == 1 || step > 1 && index % step == 1;
  }

  /** Returns the features of all heads together. */
  int inner() {
    return attention.heads.count() * attention.heads.width();
  }
}
