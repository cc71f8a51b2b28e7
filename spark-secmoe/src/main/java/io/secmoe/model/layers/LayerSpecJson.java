// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.layer.NormShape;
import io.secmoe.layer.Pooling;
import io.secmoe.linear.LinearShape;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.ModelLimits;
import io.secmoe.moe.ExpertScales;
import io.secmoe.moe.MoeShape;
import io.secmoe.network.Sequences;
import java.util.List;

/** The JSON form of a {@link LayerSpec}: its kind, its name, and its shape's fields. */
public final class LayerSpecJson {

  /** Absent where all are 0: layer lists of old keep their digests. */
  private static final String UP_SHIFTS = "up_shifts";

  private static final String DOWN_SHIFTS = "down_shifts";

  private LayerSpecJson() {}

  static void put(ObjectNode node, LayerSpec layer) {
    node.put("name", layer.name());
    if (layer instanceof LinearSpec linear) {
      node.put("kind", "linear");
      node.put("outputs", linear.outputs());
      node.put("inputs", linear.inputs());
      node.put("weight_fraction", linear.shape().weightFraction());
      node.put("bias", linear.bias());
      node.put("output_bits", linear.outputBits());
    } else if (layer instanceof MoeSpec moe) {
      node.put("kind", "moe");
      put(node.putObject("norm"), moe.norm());
      put(node, moe.shape());
    } else if (layer instanceof FeedForwardSpec dense) {
      node.put("kind", "feed_forward");
      put(node.putObject("norm"), dense.norm());
      ShapeJson.put(node, dense.shape());
    } else if (layer instanceof AttentionSpec attention) {
      node.put("kind", "attention");
      put(node.putObject("norm"), attention.norm());
      ShapeJson.put(node, attention.shape());
    } else if (layer instanceof EmbeddingSpec embedding) {
      node.put("kind", "embedding");
      ShapeJson.put(node, embedding.shape());
    } else if (layer instanceof NormSpec norm) {
      node.put("kind", "norm");
      node.put("width", norm.width());
      put(node.putObject("norm"), norm.norm());
    } else {
      PoolSpec pool = (PoolSpec) layer;
      node.put("kind", "pool");
      node.put("width", pool.width());
      node.put("pooling", pool.pooling().name());
    }
  }

  static LayerSpec read(Fields fields) {
    String name = fields.text("name", 128);
    String kind = fields.text("kind", 16);
    LayerSpec layer =
        switch (kind) {
          case "linear" -> linear(name, fields);
          case "moe" -> new MoeSpec(name, norm(fields.object("norm")), moe(fields));
          case "feed_forward" ->
              new FeedForwardSpec(name, norm(fields.object("norm")), ShapeJson.feedForward(fields));
          case "attention" ->
              new AttentionSpec(name, norm(fields.object("norm")), ShapeJson.attention(fields));
          case "embedding" -> new EmbeddingSpec(name, ShapeJson.embedding(fields));
          case "norm" ->
              new NormSpec(
                  name,
                  norm(fields.object("norm")),
                  fields.integer("width", 1, ModelLimits.MAX_FEATURES));
          case "pool" ->
              new PoolSpec(
                  name,
                  fields.choice("pooling", Pooling.values()),
                  fields.integer("width", 1, ModelLimits.MAX_FEATURES));
          default ->
              throw fields.wrong(
                  "kind",
                  "is \""
                      + kind
                      + "\", known are linear, moe, feed_forward, attention, embedding, norm and"
                      + " pool");
        };
    fields.end();
    return layer;
  }

  private static LinearSpec linear(String name, Fields fields) {
    LinearShape shape =
        new LinearShape(
            fields.integer("outputs", 1, ModelLimits.MAX_FEATURES),
            fields.integer("inputs", 1, ModelLimits.MAX_FEATURES),
            bits(fields, "weight_fraction"));
    return new LinearSpec(name, shape, fields.flag("bias"), bits(fields, "output_bits"));
  }

  private static void put(ObjectNode node, NormShape norm) {
    node.put("kind", norm.kind().name());
    node.put("range_bits", norm.rangeBits());
    // As text: the canonical form holds whole numbers and texts only.
    node.put("epsilon", Double.toString(norm.epsilon()));
  }

  private static NormShape norm(Fields fields) {
    NormShape norm =
        new NormShape(
            fields.choice("kind", NormShape.Kind.values()),
            fields.integer("range_bits", 1, NormShape.MAX_RANGE_BITS),
            fields.decimal("epsilon"));
    fields.end();
    return norm;
  }

  private static void put(ObjectNode node, MoeShape shape) {
    node.put("experts", shape.experts());
    node.put("top_k", shape.topK());
    node.put("renormalised", shape.renormalised());
    node.put("router_bias", shape.routerBias());
    node.put("capacity", shape.capacity());
    node.put("router_fraction", shape.routerFraction());
    node.put("logit_bits", shape.logitBits());
    ShapeJson.put(node.putObject("expert"), shape.expert());
    put(node, UP_SHIFTS, shape.scales().up());
    put(node, DOWN_SHIFTS, shape.scales().down());
  }

  private static MoeShape moe(Fields fields) {
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
            ShapeJson.feedForward(expert),
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

  static int bits(Fields fields, String name) {
    return fields.integer(name, 0, ModelLimits.MAX_BITS);
  }
}
