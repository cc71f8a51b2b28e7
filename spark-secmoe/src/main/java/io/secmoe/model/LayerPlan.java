package io.secmoe.model;

import io.secmoe.party.Profile;
import io.secmoe.ring.FixedPoint;
import java.util.List;
import java.util.function.Supplier;

/**
 * How a model is served: its public layers, and for each of them what makes the server's weights.
 *
 * @param input what a row is
 * @param labels one per class; empty where embeddings are revealed
 */
record LayerPlan(InputSpec input, List<String> labels, List<Step> steps) {
  /** A layer; {@code weights} reads and quantises what the layer list's walk wants of it, null where it has none. */
  record Step(LayerSpec layer, Supplier<Object> weights) {}

  /** What both parties walk. */
  LayerList list(Profile profile, Output output) {
    return new LayerList(FixedPoint.FRACTION, input, labels, profile, output, steps.stream().map(Step::layer).toList());
  }
}
