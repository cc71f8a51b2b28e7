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
 * One model of a family, as its {@code config.json} describes it: the tensors of its checkpoint,
 * its computation in plaintext, and the layers it is served as. {@link Family} reads it.
 */
public interface Architecture {
  /** The remedy for a checkpoint that does not fit its configuration. */
  String REMEDY = "give a checkpoint that belongs to this " + ModelFiles.CONFIG;

  /** Returns a human-readable name of the model. */
  String name();

  /** Returns true if rows are tokens, not features. */
  boolean takesTokens();

  /**
   * Returns the shapes of the tensors that it needs, by name.
   *
   * @param present all tensors of the checkpoint: some have two possible names
   */
  Map<String, List<Long>> tensors(Set<String> present);

  /** Returns a tensor that every checkpoint has, whatever its settings. */
  String landmark();

  /** Returns the remedy for a checkpoint with a tensor that the architecture does not use. */
  default String remedy(String tensor) {
    return REMEDY;
  }

  /** Returns notes for the model's owner about settings. */
  default List<String> notes() {
    return List.of();
  }

  /** Returns true if a tensor belongs to a part of the checkpoint that is not served. */
  default boolean ignores(String tensor) {
    return false;
  }

  /** Checks conditions on its tensors beyond their shapes. */
  default void check(TensorFiles tensors) {}

  /** Returns the outputs that it can reveal, the usual one first. */
  List<Output> outputs();

  /** Returns the model in double arithmetic, which reads the weights when it needs them. */
  Reference reference(TensorFiles tensors);

  /** Returns the model as layers, with the weights of each. */
  LayerPlan plan(TensorFiles tensors, Scales scales, Output output);
}
