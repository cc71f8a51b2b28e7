// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The transformers library's names of a Switch Transformers encoder's tensors, and their shapes. A
 * classifier's names are ours.
 */
final class SwitchNames {
  static final String WEIGHT = ".weight";
  static final String BIAS = ".bias";
  static final String SHARED = "shared";
  static final String EMBED = "encoder.embed_tokens";
  static final String FINAL_NORM = "encoder.final_layer_norm";
  static final String CLASSIFIER = "classifier";

  private static final String GAIN = ".layer_norm.weight";
  private static final String ATTENTION = ".SelfAttention.";
  private static final String POSITIONS = "relative_attention_bias.weight";
  private static final String ROUTER = ".mlp.router.classifier";

  private SwitchNames() {}

  /** Returns the shapes of the tensors that must be there, by name. */
  static Map<String, List<Long>> shapes(SwitchConfig config, Set<String> present) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    List<Long> table = List.of((long) config.tokens().vocabulary(), (long) config.stack().width());
    if (present.contains(EMBED + WEIGHT)) {
      shapes.put(EMBED + WEIGHT, table);
    }
    if (present.contains(SHARED + WEIGHT) || shapes.isEmpty()) {
      shapes.put(SHARED + WEIGHT, table);
    }
    shapes.put(
        positions(),
        List.of((long) config.attention().buckets(), (long) config.attention().heads().count()));
    for (int block = 0; block < config.stack().blocks(); block++) {
      putAttention(shapes, config, block);
      putFeedForward(shapes, config, block);
    }
    shapes.put(FINAL_NORM + WEIGHT, List.of((long) config.stack().width()));
    if (!config.head().labels().isEmpty()) {
      shapes.put(
          CLASSIFIER + WEIGHT,
          List.of((long) config.head().labels().size(), (long) config.stack().width()));
      shapes.put(CLASSIFIER + BIAS, List.of((long) config.head().labels().size()));
    }
    return shapes;
  }

  private static void putAttention(Map<String, List<Long>> shapes, SwitchConfig config, int block) {
    shapes.put(gainName(attention(block)), List.of((long) config.stack().width()));
    for (String in : List.of("q", "k", "v")) {
      shapes.put(
          projection(block, in), List.of((long) config.inner(), (long) config.stack().width()));
    }
    shapes.put(
        projection(block, "o"), List.of((long) config.stack().width(), (long) config.inner()));
  }

  private static void putFeedForward(
      Map<String, List<Long>> shapes, SwitchConfig config, int block) {
    shapes.put(gainName(feedForward(block)), List.of((long) config.stack().width()));
    if (config.sparse(block)) {
      shapes.put(
          router(block) + WEIGHT,
          List.of((long) config.experts().count(), (long) config.stack().width()));
      if (config.experts().routerBias()) {
        shapes.put(router(block) + BIAS, List.of((long) config.experts().count()));
      }
    }
    ups(config, block)
        .forEach(
            name ->
                shapes.put(
                    name,
                    List.of((long) config.network().hidden(), (long) config.stack().width())));
    downs(config, block)
        .forEach(
            name ->
                shapes.put(
                    name,
                    List.of((long) config.stack().width(), (long) config.network().hidden())));
  }

  /** Returns the name of a block's attention with its norm. */
  static String attention(int block) {
    return "encoder.block." + block + ".layer.0";
  }

  /** Returns the name of a block's feed-forward layer or Mixture of Experts with its norm. */
  static String feedForward(int block) {
    return "encoder.block." + block + ".layer.1";
  }

  /** Returns the name of a matrix of a block's attention: q, k, v or o. */
  static String projection(int block, String which) {
    return attention(block) + ATTENTION + which + WEIGHT;
  }

  /** Returns the name of the buckets of relative positions, which all blocks share. */
  static String positions() {
    return attention(0) + ATTENTION + POSITIONS;
  }

  /** Returns the prefix of a sparse block's router's weight and bias. */
  static String router(int block) {
    return feedForward(block) + ROUTER;
  }

  /** Returns the name of a layer's norm's gain. */
  static String gainName(String layer) {
    return layer + GAIN;
  }

  /** Returns the names of W1, or of W1 and V, of each network of a block. */
  static List<String> ups(SwitchConfig config, int block) {
    List<String> matrices =
        config.network().gated() ? List.of(".wi_0.weight", ".wi_1.weight") : List.of(".wi.weight");
    return networks(config, block).stream()
        .flatMap(network -> matrices.stream().map(matrix -> network + matrix))
        .toList();
  }

  /** Returns the names of W2 of each network of a block. */
  static List<String> downs(SwitchConfig config, int block) {
    return networks(config, block).stream().map(network -> network + ".wo.weight").toList();
  }

  /**
   * Returns the names of a block's networks: one in a dense block, one for each expert in a sparse
   * one.
   */
  static List<String> networks(SwitchConfig config, int block) {
    String layer = feedForward(block) + ".mlp";
    if (!config.sparse(block)) {
      return List.of(layer);
    }
    return IntStream.range(0, config.experts().count())
        .mapToObj(expert -> layer + ".experts.expert_" + expert)
        .toList();
  }
}
