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
import io.secmoe.network.Activation;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.Sequences;
import io.secmoe.ring.FixedPoint;
import java.util.List;

/** The JSON form of the shapes of layers: a field for each component, in their order. */
final class ShapeJson {
  private static final String PRIVATE = "private";

  /** Absent where it is 1: layer lists of old keep their digests. */
  private static final String LIMBS = "limbs";

  /** Absent where all are 0: layer lists of old keep their digests. */
  private static final String UP_SHIFTS = "up_shifts";

  private static final String DOWN_SHIFTS = "down_shifts";

  private ShapeJson() {}

  static void put(ObjectNode node, FeedForwardShape shape) {
    node.put("width", shape.width());
    node.put("hidden", shape.hidden());
    node.put("activation", shape.activation().name());
    node.put("gated", shape.gated());
    node.put("biased", shape.biased());
    node.put("up_fraction", shape.upFraction());
    node.put("down_fraction", shape.downFraction());
    node.put("hidden_bits", shape.hiddenBits());
    node.put("output_bits", shape.outputBits());
  }

  static FeedForwardShape feedForward(Fields fields) {
    return new FeedForwardShape(
        fields.integer("width", 1, ModelLimits.MAX_FEATURES),
        fields.integer("hidden", 1, ModelLimits.MAX_FEATURES),
        fields.choice("activation", Activation.values()),
        fields.flag("gated"),
        fields.flag("biased"),
        bits(fields, "up_fraction"),
        bits(fields, "down_fraction"),
        bits(fields, "hidden_bits"),
        bits(fields, "output_bits"));
  }

  static void put(ObjectNode node, MoeShape shape) {
    node.put("experts", shape.experts());
    node.put("top_k", shape.topK());
    node.put("renormalised", shape.renormalised());
    node.put("router_bias", shape.routerBias());
    node.put("capacity", shape.capacity());
    node.put("router_fraction", shape.routerFraction());
    node.put("logit_bits", shape.logitBits());
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
            topK,
            fields.flag("renormalised"),
            fields.flag("router_bias"),
            capacity,
            bits(fields, "router_fraction"),
            bits(fields, "logit_bits"),
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
    node.put("heads", shape.heads());
    node.put("head_width", shape.headWidth());
    node.put("biased", shape.biased());
    node.put("query_fraction", shape.queryFraction());
    node.put("key_fraction", shape.keyFraction());
    node.put("value_fraction", shape.valueFraction());
    node.put("output_fraction", shape.outputFraction());
    node.put("query_bits", shape.queryBits());
    node.put("key_bits", shape.keyBits());
    node.put("value_bits", shape.valueBits());
    node.put("score_bits", shape.scoreBits());
    node.put("output_bits", shape.outputBits());
  }

  static AttentionShape attention(Fields fields) {
    return new AttentionShape(
        fields.integer("width", 1, ModelLimits.MAX_FEATURES),
        fields.integer("heads", 1, ModelLimits.MAX_FEATURES),
        fields.integer("head_width", 1, ModelLimits.MAX_FEATURES),
        fields.flag("biased"),
        bits(fields, "query_fraction"),
        bits(fields, "key_fraction"),
        bits(fields, "value_fraction"),
        bits(fields, "output_fraction"),
        bits(fields, "query_bits"),
        bits(fields, "key_bits"),
        bits(fields, "value_bits"),
        bits(fields, "score_bits"),
        bits(fields, "output_bits"));
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
