// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import static io.secmoe.model.layers.LayerSpecJson.bits;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.EmbeddingShape;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.Hashes;
import io.secmoe.model.checkpoint.ModelLimits;
import io.secmoe.moe.ExpertScales;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.RouterShape;
import io.secmoe.network.Activation;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.LinearScale;
import io.secmoe.network.Sequences;
import io.secmoe.ring.FixedPoint;
import java.util.List;

/** The JSON form of the shapes of layers: a field for each component, in their order. */
final class ShapeJson {
  private static final String PRIVATE = "private";

  /** Absent if it is 1, so that older layer lists keep their digests. */
  private static final String LIMBS = "limbs";

  /** Absent if all are 0, so that older layer lists keep their digests. */
  private static final String UP_SHIFTS = "up_shifts";

  private static final String DOWN_SHIFTS = "down_shifts";

  private ShapeJson() {}

  static void put(ObjectNode node, FeedForwardShape shape) {
    node.put("width", shape.width());
    node.put("hidden", shape.hidden());
    node.put("activation", shape.activation().name());
    node.put("gated", shape.gated());
    node.put("biased", shape.biased());
    node.put("up_fraction", shape.up().fraction());
    node.put("down_fraction", shape.down().fraction());
    node.put("hidden_bits", shape.up().bits());
    node.put("output_bits", shape.down().bits());
  }

  static FeedForwardShape feedForward(Fields fields) {
    return new FeedForwardShape(
        fields.integer("width", 1, ModelLimits.MAX_FEATURES),
        fields.integer("hidden", 1, ModelLimits.MAX_FEATURES),
        fields.choice("activation", Activation.values()),
        fields.flag("gated"),
        fields.flag("biased"),
        scale(fields, "up_fraction", "hidden_bits"),
        scale(fields, "down_fraction", "output_bits"));
  }

  static void put(ObjectNode node, MoeShape shape) {
    node.put("experts", shape.experts());
    node.put("top_k", shape.topK());
    node.put("renormalised", shape.router().renormalised());
    node.put("router_bias", shape.router().biased());
    node.put("capacity", shape.router().capacity());
    node.put("router_fraction", shape.router().logits().fraction());
    node.put("logit_bits", shape.router().logits().bits());
    put(node.putObject("expert"), shape.expert());
    put(node, UP_SHIFTS, shape.scales().up());
    put(node, DOWN_SHIFTS, shape.scales().down());
  }

  static MoeShape moe(Fields fields) {
    int experts = fields.integer("experts", 2, ModelLimits.MAX_EXPERTS);
    int topK = fields.integer("top_k", 1, experts);
    int capacity = fields.integer("capacity", 0, topK == 1 ? Sequences.MAX_TOKENS : 0);
    Fields expert = fields.object("expert");
    MoeShape shape =
        new MoeShape(
            experts,
            new RouterShape(
                topK,
                fields.flag("renormalised"),
                fields.flag("router_bias"),
                capacity,
                scale(fields, "router_fraction", "logit_bits")),
            feedForward(expert),
            new ExpertScales(
                shifts(fields, UP_SHIFTS, experts), shifts(fields, DOWN_SHIFTS, experts)));
    expert.end();
    return shape;
  }

  private static void put(ObjectNode node, String name, List<Integer> shifts) {
    if (!shifts.isEmpty()) {
      shifts.forEach(node.putArray(name)::add);
    }
  }

  private static List<Integer> shifts(Fields fields, String name, int experts) {
    return fields.has(name)
        ? fields.integers(name, experts, 0, ExpertScales.MAX).stream().map(Long::intValue).toList()
        : List.of();
  }

  static void put(ObjectNode node, AttentionShape shape) {
    node.put("width", shape.width());
    node.put("heads", shape.heads().count());
    node.put("head_width", shape.heads().width());
    node.put("biased", shape.biased());
    node.put("query_fraction", shape.query().fraction());
    node.put("key_fraction", shape.key().fraction());
    node.put("value_fraction", shape.value().fraction());
    node.put("output_fraction", shape.output().fraction());
    node.put("query_bits", shape.query().bits());
    node.put("key_bits", shape.key().bits());
    node.put("value_bits", shape.value().bits());
    node.put("score_bits", shape.scoreBits());
    node.put("output_bits", shape.output().bits());
  }

  static AttentionShape attention(Fields fields) {
    return new AttentionShape(
        fields.integer("width", 1, ModelLimits.MAX_FEATURES),
        new AttentionShape.Heads(
            fields.integer("heads", 1, ModelLimits.MAX_FEATURES),
            fields.integer("head_width", 1, ModelLimits.MAX_FEATURES)),
        fields.flag("biased"),
        scale(fields, "query_fraction", "query_bits"),
        scale(fields, "key_fraction", "key_bits"),
        scale(fields, "value_fraction", "value_bits"),
        scale(fields, "output_fraction", "output_bits"),
        bits(fields, "score_bits"));
  }

  private static LinearScale scale(Fields fields, String fraction, String bits) {
    return new LinearScale(bits(fields, fraction), bits(fields, bits));
  }

  static void put(ObjectNode node, EmbeddingShape shape) {
    node.put("vocabulary", shape.vocabulary());
    node.put("width", shape.width());
    node.put("low_digits", shape.lowDigits());
    node.put("weight_fraction", shape.weightFraction());
    node.put("output_bits", shape.outputBits());
    if (shape.limbs() > 1) {
      node.put(LIMBS, shape.limbs());
    }
    node.put("table", shape.isPublished() ? shape.published() : PRIVATE);
  }

  static EmbeddingShape embedding(Fields fields) {
    int vocabulary = fields.integer("vocabulary", 1, ModelLimits.MAX_IDS);
    EmbeddingShape shape =
        new EmbeddingShape(
            vocabulary,
            fields.integer("width", 1, ModelLimits.MAX_FEATURES),
            fields.integer("low_digits", 1, vocabulary),
            fields.integer("weight_fraction", 0, FixedPoint.FRACTION),
            fields.has(LIMBS) ? fields.integer(LIMBS, 2, 2) : 1,
            bits(fields, "output_bits"),
            "");
    String table = fields.text("table", 64);
    if (table.equals(PRIVATE)) {
      return shape;
    }
    if (!Hashes.isHex(table)) {
      throw fields.wrong(
          "table", "is neither \"" + PRIVATE + "\" nor the SHA-256 of a published table");
    }
    return shape.publishedAs(table);
  }
}
