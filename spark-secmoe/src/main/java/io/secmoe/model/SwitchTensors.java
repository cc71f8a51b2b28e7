package io.secmoe.model;

import io.secmoe.layer.PositionBias;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The tensors of a Switch Transformers encoder by what they are for. The norms' gains are in the columns of the matrices that follow
 * them; a layer's experts are one {@link Matrix} of as many groups.
 */
record SwitchTensors(SwitchConfig config, TensorFiles files) {
  static final String FINAL_NORM = "encoder.final_layer_norm";
  static final String CLASSIFIER = "classifier";

  private static final String SHARED = "shared";
  private static final String EMBED = "encoder.embed_tokens";
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";
  private static final String GAIN = ".layer_norm.weight";
  private static final String ATTENTION = ".SelfAttention.";
  private static final String POSITIONS = "relative_attention_bias.weight";
  private static final String ROUTER = ".mlp.router.classifier";

  /** What must be there, by name. */
  static Map<String, List<Long>> shapes(SwitchConfig config, Set<String> present) {
    List<Long> gain = List.of((long) config.width());
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    List<Long> table = List.of((long) config.vocabulary(), (long) config.width());
    if (present.contains(EMBED + WEIGHT)) {
      shapes.put(EMBED + WEIGHT, table);
    }
    if (present.contains(SHARED + WEIGHT) || shapes.isEmpty()) {
      shapes.put(SHARED + WEIGHT, table);
    }
    shapes.put(attention(0) + ATTENTION + POSITIONS, List.of((long) config.buckets(), (long) config.heads()));
    for (int block = 0; block < config.blocks(); block++) {
      putAttention(shapes, config, attention(block));
      putFeedForward(shapes, config, block);
    }
    shapes.put(FINAL_NORM + WEIGHT, gain);
    if (!config.labels().isEmpty()) {
      shapes.put(CLASSIFIER + WEIGHT, List.of((long) config.labels().size(), (long) config.width()));
      shapes.put(CLASSIFIER + BIAS, List.of((long) config.labels().size()));
    }
    return shapes;
  }

  private static void putAttention(Map<String, List<Long>> shapes, SwitchConfig config, String layer) {
    shapes.put(layer + GAIN, List.of((long) config.width()));
    for (String in : List.of("q", "k", "v")) {
      shapes.put(layer + ATTENTION + in + WEIGHT, List.of((long) config.inner(), (long) config.width()));
    }
    shapes.put(layer + ATTENTION + "o" + WEIGHT, List.of((long) config.width(), (long) config.inner()));
  }

  private static void putFeedForward(Map<String, List<Long>> shapes, SwitchConfig config, int block) {
    String layer = feedForward(block);
    shapes.put(layer + GAIN, List.of((long) config.width()));
    if (config.sparse(block)) {
      shapes.put(layer + ROUTER + WEIGHT, List.of((long) config.experts(), (long) config.width()));
      if (config.routerBias()) {
        shapes.put(layer + ROUTER + BIAS, List.of((long) config.experts()));
      }
    }
    for (String network : networks(config, block)) {
      for (String up : ups(config)) {
        shapes.put(network + up, List.of((long) config.hidden(), (long) config.width()));
      }
      shapes.put(network + ".wo.weight", List.of((long) config.width(), (long) config.hidden()));
    }
  }

  /** The name of a block's attention with its norm. */
  static String attention(int block) {
    return "encoder.block." + block + ".layer.0";
  }

  /** The name of a block's feed-forward layer or Mixture of Experts with its norm. */
  static String feedForward(int block) {
    return "encoder.block." + block + ".layer.1";
  }

  /** The name of a layer's norm's gain. */
  static String gainName(String layer) {
    return layer + GAIN;
  }

  /** The name of the layer that ids enter. */
  String embedding() {
    return files.names().contains(SHARED + WEIGHT) ? SHARED : EMBED;
  }

  /** vocabulary × width. */
  Matrix table() {
    return Matrix.of(files.tensor(embedding() + WEIGHT));
  }

  /** Both names of the table stand for one tensor in the library: two that differ make no model. */
  void requireOneTable() {
    if (!files.names().containsAll(Set.of(SHARED + WEIGHT, EMBED + WEIGHT))) {
      return;
    }
    Tensor shared = files.tensor(SHARED + WEIGHT);
    Tensor own = files.tensor(EMBED + WEIGHT);
    for (long i = 0; i < shared.size(); i++) {
      if (shared.at(i) != own.at(i)) {
        throw new ModelException("it differs from " + shared.name() + ", with which it is one in the library", own.where(),
            "save the model again with the library, or take one of the two out");
      }
    }
  }

  /** heads · headWidth × width. */
  Matrix query(int block) {
    return projection(block, "q").times(gain(attention(block)));
  }

  /** heads · headWidth × width. */
  Matrix key(int block) {
    return projection(block, "k").times(gain(attention(block)));
  }

  /** heads · headWidth × width. */
  Matrix value(int block) {
    return projection(block, "v").times(gain(attention(block)));
  }

  /** width × heads · headWidth. */
  Matrix output(int block) {
    return projection(block, "o");
  }

  /** What scores get for the distance of key and query; all blocks share it. */
  PositionBias positions() {
    double[] table = files.tensor(attention(0) + ATTENTION + POSITIONS).toDoubles();
    double[][] byHead = new double[config.heads()][config.buckets()];
    for (int i = 0; i < table.length; i++) {
      byHead[i % config.heads()][i / config.heads()] = table[i];
    }
    return PositionBias.relative(true, config.farthest(), byHead);
  }

  /** experts × width. */
  Matrix router(int block) {
    return Matrix.of(files.tensor(feedForward(block) + ROUTER + WEIGHT)).times(gain(feedForward(block)));
  }

  /** Null where there is none. */
  double[] routerBias(int block) {
    return config.routerBias() ? files.tensor(feedForward(block) + ROUTER + BIAS).toDoubles() : null;
  }

  /** Per expert, or once where the block is dense: hidden × width, or [W1; V] where it is gated. */
  Matrix up(int block) {
    List<String> names = networks(config, block).stream().flatMap(n -> ups(config).stream().map(up -> n + up)).toList();
    return stacked(block, config.gated() ? "wi_*" : "wi", names).times(gain(feedForward(block)));
  }

  /** Per expert, or once where the block is dense: width × hidden. */
  Matrix down(int block) {
    return stacked(block, "wo", networks(config, block).stream().map(n -> n + ".wo.weight").toList());
  }

  /** labels × width. */
  Matrix classifier() {
    return Matrix.of(files.tensor(CLASSIFIER + WEIGHT)).times(files.tensor(FINAL_NORM + WEIGHT));
  }

  double[] classifierBias() {
    return files.tensor(CLASSIFIER + BIAS).toDoubles();
  }

  /** The last norm's gain, where nothing follows that could take it in. */
  Matrix finalGain() {
    return Matrix.diagonal(files.tensor(FINAL_NORM + WEIGHT));
  }

  private Matrix projection(int block, String which) {
    return Matrix.of(files.tensor(attention(block) + ATTENTION + which + WEIGHT));
  }

  private Matrix stacked(int block, String which, List<String> names) {
    int groups = config.sparse(block) ? config.experts() : 1;
    String name = feedForward(block) + ".mlp." + (config.sparse(block) ? "experts.*." : "") + which + WEIGHT;
    return Matrix.stacked(name, groups, names.stream().map(files::tensor).toList());
  }

  private Tensor gain(String layer) {
    return files.tensor(layer + GAIN);
  }

  /** Prefixes of a block's feed-forward networks. */
  private static List<String> networks(SwitchConfig config, int block) {
    String layer = feedForward(block) + ".mlp";
    if (!config.sparse(block)) {
      return List.of(layer);
    }
    return IntStream.range(0, config.experts()).mapToObj(expert -> layer + ".experts.expert_" + expert).toList();
  }

  /** W1, or W1 and V. */
  private static List<String> ups(SwitchConfig config) {
    return config.gated() ? List.of(".wi_0.weight", ".wi_1.weight") : List.of(".wi.weight");
  }
}
