// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family;

import io.secmoe.model.checkpoint.ModelFiles;
import io.secmoe.model.checkpoint.TensorFiles;
import io.secmoe.model.layers.LayerPlan;
import io.secmoe.model.layers.Output;
import io.secmoe.model.layers.Scales;
import io.secmoe.model.plaintext.Reference;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One model of a family, as its {@code config.json} describes it: which tensors its checkpoint
 * holds, how it computes in plaintext, and which layers it is served as. {@link Family} reads it.
 */
public interface Architecture {
  /** Remedy for a checkpoint that does not fit its configuration. */
  String REMEDY = "give a checkpoint that belongs to this " + ModelFiles.CONFIG;

  /** A human-readable name of the model. */
  String name();

  /** Whether rows are tokens, not features. */
  boolean takesTokens();

  /**
   * Shapes of the tensors that it needs, by name.
   *
   * @param present all tensors of the checkpoint: some have two possible names
   */
  Map<String, List<Long>> tensors(Set<String> present);

  /** A tensor that every checkpoint has, whatever its settings. */
  String landmark();

  /** How to fix a checkpoint with a tensor that the architecture has no use for. */
  default String remedy(String tensor) {
    return REMEDY;
  }

  /** Sentences about settings that its owner should know of. */
  default List<String> notes() {
    return List.of();
  }

  /** Whether a tensor belongs to a part of the checkpoint that is not served. */
  default boolean ignores(String tensor) {
    return false;
  }

  /** What its tensors must agree in, beyond their shapes. */
  default void check(TensorFiles tensors) {}

  /** What it can reveal, the usual first. */
  List<Output> outputs();

  /** The model in double arithmetic, reading the weights as it goes. */
  Reference reference(TensorFiles tensors);

  /** The model as layers, with the weights of each. */
  LayerPlan plan(TensorFiles tensors, Scales scales, Output output);
}
