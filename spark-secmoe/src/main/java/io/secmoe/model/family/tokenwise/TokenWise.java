// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.tokenwise;

import io.secmoe.model.checkpoint.TensorFiles;
import io.secmoe.model.family.Architecture;
import io.secmoe.model.layers.LayerPlan;
import io.secmoe.model.layers.Output;
import io.secmoe.model.layers.Scales;
import io.secmoe.model.plaintext.Reference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Our token-wise Mixture of Experts: an embedding of a row's features, blocks of x + moe(x) with
 * top-1 routing, and a head.
 */
public record TokenWise(TokenWiseConfig config) implements Architecture {
  static final String EMBED = "embed";
  static final String HEAD = "head";
  static final String WEIGHT = ".weight";
  static final String BIAS = ".bias";
  static final String ROUTER = ".router.weight";
  static final String UP = ".experts.w1";
  static final String DOWN = ".experts.w2";

  static String block(int index) {
    return "blocks." + index;
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public boolean takesTokens() {
    return false;
  }

  @Override
  public Map<String, List<Long>> tensors(Set<String> present) {
    long width = config.width();
    long classes = config.labels().size();
    long experts = config.experts();
    long hidden = config.hidden();
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put(EMBED + WEIGHT, List.of(width, (long) config.inputFeatures()));
    shapes.put(EMBED + BIAS, List.of(width));
    for (int i = 0; i < config.blocks(); i++) {
      shapes.put(block(i) + ROUTER, List.of(experts, width));
      shapes.put(block(i) + UP, List.of(experts, hidden, width));
      shapes.put(block(i) + DOWN, List.of(experts, width, hidden));
    }
    shapes.put(HEAD + WEIGHT, List.of(classes, width));
    shapes.put(HEAD + BIAS, List.of(classes));
    return shapes;
  }

  @Override
  public String landmark() {
    return EMBED + WEIGHT;
  }

  @Override
  public List<Output> outputs() {
    return List.of(Output.LOGITS, Output.LABEL);
  }

  @Override
  public Reference reference(TensorFiles tensors) {
    return new TokenWiseReference(config, tensors);
  }

  @Override
  public LayerPlan plan(TensorFiles tensors, Scales scales, Output output) {
    return new TokenWisePlan(config, tensors, scales).plan();
  }
}
