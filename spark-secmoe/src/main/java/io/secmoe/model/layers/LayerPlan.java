// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.model.input.InputSpec;
import io.secmoe.party.Profile;
import io.secmoe.ring.FixedPoint;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How a model is served: its public layers, and for each of them what makes the server's weights.
 *
 * @param input what a row is
 * @param labels one per class; empty where embeddings are revealed
 */
public record LayerPlan(InputSpec input, List<String> labels, List<Step> steps) {
  /**
   * A layer.
   *
   * @param tensors by part of the layer, as {@link RangeRule} names it: the tensor that a refusal
   *     names; of a part that is missing the layer's name and the part's
   * @param weights reads and quantises what the walk over the layer list wants of it; null where it
   *     has no weights
   */
  public record Step(LayerSpec layer, Map<String, String> tensors, Supplier<?> weights) {
    private void check(Profile profile) {
      RangeRule.check(profile, layer, part -> tensors.getOrDefault(part, layer.name() + part));
    }
  }

  /** What both parties walk; what does not fit is refused by its tensor's name. */
  public LayerList list(Profile profile, Output output) {
    steps.forEach(step -> step.check(profile));
    return new LayerList(
        FixedPoint.FRACTION,
        input,
        labels,
        profile,
        output,
        steps.stream().map(Step::layer).toList());
  }
}
