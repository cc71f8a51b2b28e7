// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

/**
 * One step of the public walk over a model: its shape, scales and calibrated ranges, never a
 * weight.
 */
public sealed interface LayerSpec
    permits EmbeddingSpec, LinearSpec, AttentionSpec, FeedForwardSpec, MoeSpec, NormSpec, PoolSpec {
  /**
   * The layer's name: the prefix of its tensors in the checkpoint, and its name in cost reports.
   */
  String name();

  /** Features that come in; 0 where ids do. */
  int inputs();

  /** Features that go out. */
  int outputs();
}
