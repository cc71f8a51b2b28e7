// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.tokenwise;

import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.ModelLimits;
import io.secmoe.model.family.ModelName;
import io.secmoe.network.Activation;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/**
 * A model's {@code config.json}, format {@code secmoe-1}, architecture {@code token-wise-moe}: an
 * embedding, blocks of x + moe(x) with top-1 softmax routing, and a head.
 *
 * @param name the model's name, for people
 * @param inputFeatures numbers per row
 * @param width d, features between layers
 * @param blocks Mixture-of-Experts layers
 * @param experts E of each
 * @param hidden d_ff of each expert
 * @param activation the activation of the hidden features
 * @param labels one text per class
 */
public record TokenWiseConfig(
    String name,
    int inputFeatures,
    int width,
    int blocks,
    int experts,
    int hidden,
    Activation activation,
    List<String> labels) {
  public static final String REMEDY =
      "correct the field; a token-wise-moe model has format, name, architecture, input_features,"
          + " d_model, blocks, experts, top_k, d_ff, activation, router, classes, labels";
  public static final String FORMAT = "format";
  private static final int MAX_BLOCKS = 1 << 10;

  public TokenWiseConfig {
    labels = List.copyOf(labels);
  }

  /** Reads and checks every field; any deviation is a {@link ModelException} that names it. */
  public static TokenWiseConfig read(Fields fields) {
    fields.constant(FORMAT, "secmoe-1");
    fields.constant("architecture", "token-wise-moe");
    fields.constant("router", "softmax");
    fields.integer("top_k", 1, 1);
    TokenWiseConfig config =
        new TokenWiseConfig(
            ModelName.read(fields),
            fields.integer("input_features", 1, ModelLimits.MAX_FEATURES),
            fields.integer("d_model", 1, ModelLimits.MAX_FEATURES),
            fields.integer("blocks", 1, MAX_BLOCKS),
            fields.integer("experts", 2, ModelLimits.MAX_EXPERTS),
            fields.integer("d_ff", 1, ModelLimits.MAX_FEATURES),
            activation(fields),
            labels(fields));
    fields.end();
    // int16 weights of all experts of a layer lie in one buffer of at most 2^31 − 1 bytes.
    if (2L * config.experts * config.hidden * config.width > Integer.MAX_VALUE) {
      throw fields.wrong(
          "d_ff", "makes experts · d_ff · d_model more than 2^30 weights in one layer");
    }
    return config;
  }

  private static Activation activation(Fields fields) {
    String text = fields.text("activation", 32);
    for (Activation activation : Activation.values()) {
      if (activation.name().toLowerCase(Locale.ROOT).equals(text)) {
        return activation;
      }
    }
    throw fields.wrong(
        "activation", "is \"" + text + "\", known are gelu, gelu_tanh, silu and relu");
  }

  private static List<String> labels(Fields fields) {
    int classes = fields.integer("classes", 1, ModelLimits.MAX_FEATURES);
    List<String> labels = fields.texts("labels", ModelLimits.MAX_FEATURES, 256);
    if (labels.size() != classes) {
      throw fields.wrong("labels", "has " + labels.size() + " entries for " + classes + " classes");
    }
    if (new HashSet<>(labels).size() != classes) {
      throw fields.wrong("labels", "names a class twice");
    }
    return labels;
  }
}
