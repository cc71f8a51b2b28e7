// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.Pooling;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.ModelFiles;
import io.secmoe.model.checkpoint.ModelLimits;
import io.secmoe.model.family.ModelName;
import io.secmoe.model.input.TokenInput;
import io.secmoe.model.layers.CapacityRule;
import io.secmoe.network.Activation;
import io.secmoe.network.Sequences;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads a Switch Transformers encoder from HuggingFace's {@code config.json} ({@code "model_type":
 * "switch_transformers"}). Only fields that affect the encoder's answers are read, with the
 * library's defaults. A value that would make the library compute something that this version does
 * not compute is refused by name. Fields about training or decoders are ignored.
 *
 * <p>Four fields are ours or have further meanings. {@code classifier_pooling} (mean or first)
 * makes one vector of a sequence. With it, {@code id2label} makes a classifier; without it, that
 * field has no effect. {@code "expert_capacity": null} lets no token ever be dropped. {@code
 * is_gated_act} gives all feed-forward layers T5's gated form, with tensors wi_0, wi_1 and wo.
 * {@code name} is a name for people.
 */
public final class SwitchConfigReader {
  public static final String REMEDY =
      "correct the field, or give the "
          + ModelFiles.CONFIG
          + " that the library saved with this checkpoint";

  /** The classes of the library that contain the encoder. */
  private static final List<String> ARCHITECTURES =
      List.of(
          "SwitchTransformersEncoderModel",
          "SwitchTransformersModel",
          "SwitchTransformersForConditionalGeneration");

  private static final int MAX_BLOCKS = 1000;
  private static final String POOLING = "classifier_pooling";
  private static final String LABELS = "id2label";

  private SwitchConfigReader() {}

  public static SwitchEncoder read(Fields fields, CapacityRule rule) {
    refuseOthers(fields);
    int longest =
        Math.min(Sequences.MAX_TOKENS, integer(fields, "n_positions", 1, Integer.MAX_VALUE, 512));
    int blocks = integer(fields, "num_layers", 1, MAX_BLOCKS, 12);
    int step = sparseStep(fields, blocks);
    // The first block that can be sparse is the second, unless all are.
    SwitchCapacity capacity =
        SwitchCapacity.read(fields, rule, longest, step == 1 || step > 1 && blocks > 1);
    List<String> notes = new ArrayList<>(capacity.notes());
    if (fields.has(LABELS) && !fields.has(POOLING)) {
      notes.add(
          "the class names of "
              + LABELS
              + " are not used: the model does not classify, because "
              + ModelFiles.CONFIG
              + " has no "
              + POOLING);
    }
    return new SwitchEncoder(config(fields, blocks, step, capacity), notes);
  }

  private static SwitchConfig config(Fields fields, int blocks, int step, SwitchCapacity capacity) {
    Pooling pooling = pooling(fields);
    SwitchConfig config =
        new SwitchConfig(
            fields.has(ModelName.FIELD) ? ModelName.read(fields) : "switch_transformers",
            new TokenInput(
                integer(fields, "vocab_size", 1, ModelLimits.MAX_IDS, 32128), capacity.longest()),
            new SwitchConfig.Stack(
                integer(fields, "d_model", 1, ModelLimits.MAX_FEATURES, 768),
                blocks,
                fields.has("layer_norm_epsilon") ? fields.magnitude("layer_norm_epsilon") : 1e-6),
            attention(fields),
            new SwitchConfig.Network(
                integer(fields, "d_ff", 1, ModelLimits.MAX_FEATURES, 2048),
                activation(fields),
                flag(fields, "is_gated_act")),
            new SwitchConfig.Experts(
                // It has no effect if no block is sparse.
                integer(fields, "num_experts", step == 0 ? 0 : 2, ModelLimits.MAX_EXPERTS, 8),
                flag(fields, "router_bias"),
                capacity.tokens(),
                step),
            new SwitchConfig.Head(pooling, labels(fields, pooling)));
    checkSizes(config, fields);
    return config;
  }

  private static SwitchConfig.Attention attention(Fields fields) {
    return new SwitchConfig.Attention(
        new AttentionShape.Heads(
            integer(fields, "num_heads", 1, ModelLimits.MAX_FEATURES, 12),
            integer(fields, "d_kv", 1, ModelLimits.MAX_FEATURES, 64)),
        integer(fields, "relative_attention_num_buckets", 4, 1 << 16, 32),
        integer(fields, "relative_attention_max_distance", 2, 1 << 24, 128));
  }

  private static void checkSizes(SwitchConfig config, Fields fields) {
    if ((long) config.attention().heads().count() * config.attention().heads().width()
        > ModelLimits.MAX_FEATURES) {
      throw fields.wrong(
          "num_heads", "makes num_heads · d_kv more than " + ModelLimits.MAX_FEATURES);
    }
    if (config.attention().farthest() <= config.attention().buckets() / 4) {
      throw fields.wrong(
          "relative_attention_max_distance",
          "must be more than a quarter of relative_attention_num_buckets");
    }
    // int16 weights of all experts of a layer lie in one buffer of at most 2^31 − 1 bytes.
    if (config.experts().sparseStep() > 0
        && 2L
                * config.experts().count()
                * config.network().hidden()
                * (config.network().gated() ? 2 : 1)
                * config.stack().width()
            > Integer.MAX_VALUE) {
      throw fields.wrong(
          "d_ff",
          "makes num_experts · d_ff · d_model more than 2^30 weights in one matrix of a layer");
    }
  }

  private static void refuseOthers(Fields fields) {
    if (fields.has("architectures")) {
      for (String architecture : fields.texts("architectures", 16, 256)) {
        if (!ARCHITECTURES.contains(architecture)) {
          throw fields.wrong(
              "architectures",
              "names " + architecture + ", known are " + String.join(", ", ARCHITECTURES));
        }
      }
    }
    if (flag(fields, "is_decoder")) {
      throw fields.wrong("is_decoder", "is true, this version serves encoders of this kind only");
    }
    if (fields.has("router_dtype")) {
      fields.constant("router_dtype", "float32");
    }
    if (fields.has("quantization_config")) {
      throw fields.wrong("quantization_config", "is set: quantised checkpoints are not read");
    }
    for (String alias : List.of("hidden_size", "num_attention_heads", "num_hidden_layers")) {
      if (fields.has(alias)) {
        throw fields.wrong(
            alias, "is another name of d_model, num_heads or num_layers: write that");
      }
    }
    if (fields.has("pruned_heads") && !fields.object("pruned_heads").names().isEmpty()) {
      throw fields.wrong(
          "pruned_heads", "is set: heads that are pruned on loading are not supported");
    }
  }

  private static int sparseStep(Fields fields, int blocks) {
    if (fields.has("encoder_sparse_step")) {
      return fields.integer("encoder_sparse_step", 0, Integer.MAX_VALUE);
    }
    int sparse = integer(fields, "num_sparse_encoder_layers", 0, MAX_BLOCKS, 3);
    return sparse == 0 ? blocks : blocks / sparse;
  }

  private static Activation activation(Fields fields) {
    String text = fields.has("dense_act_fn") ? fields.text("dense_act_fn", 64) : "relu";
    return switch (text) {
      case "relu" -> Activation.RELU;
      case "gelu", "gelu_python" -> Activation.GELU;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate" ->
          Activation.GELU_TANH;
      case "silu", "swish" -> Activation.SILU;
      default ->
          throw fields.wrong(
              "dense_act_fn", "is \"" + text + "\", known are relu, gelu, gelu_new and silu");
    };
  }

  private static Pooling pooling(Fields fields) {
    if (!fields.has(POOLING)) {
      return null;
    }
    String text = fields.text(POOLING, 64);
    return switch (text) {
      case "mean" -> Pooling.MEAN;
      case "first" -> Pooling.FIRST;
      default -> throw fields.wrong(POOLING, "is \"" + text + "\", known are mean and first");
    };
  }

  private static List<String> labels(Fields fields, Pooling pooling) {
    if (!fields.has(LABELS) || pooling == null) {
      return List.of();
    }
    Fields byId = fields.object(LABELS);
    int classes = byId.names().size();
    if (classes < 1 || classes > ModelLimits.MAX_FEATURES) {
      throw fields.wrong(LABELS, "must name 1 to " + ModelLimits.MAX_FEATURES + " classes");
    }
    List<String> labels = new ArrayList<>();
    for (int id = 0; id < classes; id++) {
      labels.add(byId.text(Integer.toString(id), 256));
    }
    if (Set.copyOf(labels).size() != classes) {
      throw fields.wrong(LABELS, "names a class twice");
    }
    return labels;
  }

  private static int integer(Fields fields, String name, int least, int most, int otherwise) {
    return fields.has(name) ? fields.integer(name, least, most) : otherwise;
  }

  private static boolean flag(Fields fields, String name) {
    return fields.has(name) && fields.flag(name);
  }
}
