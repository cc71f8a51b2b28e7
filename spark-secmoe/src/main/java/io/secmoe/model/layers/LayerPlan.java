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
 * How a model is served: its public layers, and for each of them what makes the server's weights.
 *
 * @param input what a row is
 * @param labels one per class; empty where embeddings are revealed
 */
public record LayerPlan(InputSpec input, List<String> labels, List<Step<?>> steps) {
  /**
   * A layer.
   *
   * @param tensors by part of the layer, as {@link RangeRule} names it: the tensor that a refusal
   *     names; of a part that is missing the layer's name and the part's
   * @param weights reads and quantises what the walk over the layer list wants of it; null where it
   *     has no weights
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

  /** What both parties walk; what does not fit is refused by its tensor's name. */
  public LayerList list(Profile profile, Output output) {
    steps.forEach(step -> step.check(profile));
    List<LayerSpec<?>> layers = new ArrayList<>();
    steps.forEach(step -> layers.add(step.layer()));
    return new LayerList(FixedPoint.FRACTION, input, labels, profile, output, layers);
  }
}
