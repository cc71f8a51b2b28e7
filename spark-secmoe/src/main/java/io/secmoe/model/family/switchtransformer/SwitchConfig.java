// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.layer.Pooling;
import io.secmoe.network.Activation;
import java.util.List;

/**
 * A Switch Transformers encoder, as {@link SwitchConfigReader} reads it.
 *
 * @param vocabulary ids are 0 to vocabulary − 1
 * @param longest the most tokens of a sequence: {@code n_positions}, or less where {@link
 *     SwitchCapacity} says so
 * @param width d_model
 * @param blocks pairs of attention and feed-forward
 * @param headWidth d_kv
 * @param hidden d_ff
 * @param capacity tokens of a sequence that an expert takes; 0: all
 * @param sparseStep every sparseStep-th block is sparse, counted from the second block; 0 if none
 *     is
 * @param buckets of relative positions
 * @param farthest the distance from which on they share a bucket
 * @param epsilon of the norms
 * @param pooling null where tokens keep their vectors
 * @param labels empty where there is no classifier
 */
record SwitchConfig(
    String name,
    int vocabulary,
    int longest,
    int width,
    int blocks,
    int heads,
    int headWidth,
    int hidden,
    Activation activation,
    boolean gated,
    int experts,
    boolean routerBias,
    int capacity,
    int sparseStep,
    int buckets,
    int farthest,
    double epsilon,
    Pooling pooling,
    List<String> labels) {
  SwitchConfig {
    labels = List.copyOf(labels);
  }

  /** Whether block {@code index} has a Mixture of Experts. */
  boolean sparse(int index) {
    return sparseStep == 1 || sparseStep > 1 && index % sparseStep == 1;
  }

  /** Features of all heads together. */
  int inner() {
    return heads * headWidth;
  }
}
