// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.model.input.InputSpec;
import io.secmoe.party.Profile;
import io.secmoe.ring.FixedPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The plan by which a model is served: its public layers, and for each of them a function that
 * makes the server's weights.
 *
 * @param input the kind of rows
 * @param labels one per class; empty if embeddings are revealed
 */
public record LayerPlan(InputSpec input, List<String> labels, List<Step<?>> steps) {
  /**
   * A layer.
   *
   * @param tensors for each part of the layer, as {@link RangeRule} names it, the tensor that a
   *     refusal names; if a part is missing, a refusal names the layer and the part
   * @param weights reads and quantises the weights that the walk over the layer list needs; null if
   *     there are none
   * @param <W> the weights of its kind
   */
  public record Step<W>(LayerSpec<W> layer, Map<String, String> tensors, Supplier<W> weights) {
    private void check(Profile profile) {
      layer.checkRanges(
          new RangeRule(profile, part -> tensors.getOrDefault(part, layer.name() + part)));
    }

    private ServedLayer<W> load() {
      return new ServedLayer<>(layer, weights == null ? null : weights.get());
    }
  }

  /** Reads and quantises the weights of every layer. */
  public List<ServedLayer<?>> load() {
    List<ServedLayer<?>> layers = new ArrayList<>();
    steps.forEach(step -> layers.add(step.load()));
    return layers;
  }

  /**
   * Returns the layers that both parties walk. A layer that does not fit is refused by its tensor's
   * name.
   */
  public LayerList list(Profile profile, Output output) {
    steps.forEach(step -> step.check(profile));
    List<LayerSpec<?>> layers = new ArrayList<>();
    steps.forEach(step -> layers.add(step.layer()));
    return new LayerList(FixedPoint.FRACTION, input, labels, profile, output, layers);
  }
}
