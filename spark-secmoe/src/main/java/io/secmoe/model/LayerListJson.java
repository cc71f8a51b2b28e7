package io.secmoe.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.linear.LinearShape;
import io.secmoe.moe.Activation;
import io.secmoe.moe.FeedForwardShape;
import io.secmoe.moe.MoeShape;
import io.secmoe.party.Comparison;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;
import io.secmoe.ring.Modulus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The JSON form of a {@link LayerList}: fields in one fixed order, whole numbers and texts only, hence canonical. */
final class LayerListJson {
  private static final String FORMAT = "secmoe-layers-1";
  private static final int MOST_FEATURES = 1 << 16;
  private static final int MOST_EXPERTS = 1 << 10;
  private static final int MOST_LAYERS = 1 << 11;
  private static final int MOST_BITS = 62;

  private LayerListJson() {}

  static ObjectNode toNode(LayerList list) {
    ObjectNode node = Json.object();
    node.put("format", FORMAT);
    node.put("fraction_bits", list.fractionBits());
    node.put("input_features", list.inputFeatures());
    node.put("input_bits", list.inputBits());
    ArrayNode labels = node.putArray("labels");
    list.labels().forEach(labels::add);
    ObjectNode profile = node.putObject("profile");
    ArrayNode primes = profile.putArray("prime_bits");
    list.profile().primeBits().forEach(primes::add);
    profile.put("t", list.profile().t().value());
    profile.put("ot", list.profile().ot().label());
    profile.put("ot_memory", list.profile().otMemory());
    profile.put("comparison", list.profile().comparison().label());
    node.put("output", list.output().name());
    ArrayNode layers = node.putArray("layers");
    list.layers().forEach(layer -> put(layers.addObject(), layer));
    return node;
  }

  static LayerList fromNode(Fields fields) {
    fields.constant("format", FORMAT);
    LayerList list = new LayerList(
        fields.integer("fraction_bits", 1, MOST_BITS),
        fields.integer("input_features", 1, MOST_FEATURES),
        fields.integer("input_bits", 1, MOST_BITS),
        fields.texts("labels", MOST_FEATURES, 256),
        profile(fields.object("profile")),
        choice(fields, "output", Output.values()),
        fields.objects("layers", MOST_LAYERS).stream().map(LayerListJson::layer).toList());
    fields.end();
    return list;
  }

  private static void put(ObjectNode node, LayerSpec layer) {
    node.put("name", layer.name());
    if (layer instanceof LinearSpec linear) {
      node.put("kind", "linear");
      node.put("outputs", linear.outputs());
      node.put("inputs", linear.inputs());
      node.put("weight_fraction", linear.shape().weightFraction());
      node.put("bias", linear.bias());
      node.put("output_bits", linear.outputBits());
    } else {
      MoeShape shape = ((MoeSpec) layer).shape();
      node.put("kind", "moe");
      node.put("experts", shape.experts());
      node.put("width", shape.expert().width());
      node.put("hidden", shape.expert().hidden());
      node.put("activation", shape.expert().activation().name());
      node.put("router_fraction", shape.routerFraction());
      node.put("up_fraction", shape.expert().upFraction());
      node.put("down_fraction", shape.expert().downFraction());
      node.put("logit_bits", shape.logitBits());
      node.put("hidden_bits", shape.expert().hiddenBits());
      node.put("output_bits", shape.expert().outputBits());
    }
  }

  private static LayerSpec layer(Fields fields) {
    String name = fields.text("name", 128);
    String kind = fields.text("kind", 16);
    LayerSpec layer = switch (kind) {
      case "linear" -> new LinearSpec(name, linear(fields), fields.flag("bias"), bits(fields, "output_bits"));
      case "moe" -> new MoeSpec(name, moe(fields));
      default -> throw fields.wrong("kind", "is \"" + kind + "\", known are linear and moe");
    };
    fields.end();
    return layer;
  }

  private static LinearShape linear(Fields fields) {
    return new LinearShape(fields.integer("outputs", 1, MOST_FEATURES), fields.integer("inputs", 1, MOST_FEATURES),
        bits(fields, "weight_fraction"));
  }

  private static MoeShape moe(Fields fields) {
    int experts = fields.integer("experts", 2, MOST_EXPERTS);
    int width = fields.integer("width", 1, MOST_FEATURES);
    int hidden = fields.integer("hidden", 1, MOST_FEATURES);
    Activation activation = choice(fields, "activation", Activation.values());
    int routerFraction = bits(fields, "router_fraction");
    int upFraction = bits(fields, "up_fraction");
    int downFraction = bits(fields, "down_fraction");
    int logitBits = bits(fields, "logit_bits");
    FeedForwardShape expert = new FeedForwardShape(width, hidden, activation, false, false, upFraction, downFraction,
        bits(fields, "hidden_bits"), bits(fields, "output_bits"));
    return new MoeShape(experts, 1, false, false, 0, routerFraction, logitBits, expert);
  }

  private static int bits(Fields fields, String name) {
    return fields.integer(name, 0, MOST_BITS);
  }

  private static <E extends Enum<E>> E choice(Fields fields, String name, E[] known) {
    String text = fields.text(name, 32);
    for (E value : known) {
      if (value.name().equals(text)) {
        return value;
      }
    }
    throw fields.wrong(name, "is \"" + text + "\", which this version does not know");
  }

  private static Profile profile(Fields fields) {
    List<Integer> primes = new ArrayList<>();
    fields.integers("prime_bits", 8, 20, 60).forEach(bits -> primes.add(bits.intValue()));
    Modulus t = new Modulus(fields.longInteger("t", 1L << 20, 1L << 60));
    Profile profile = new Profile(primes, t, ot(fields), fields.longInteger("ot_memory", 0, 64L << 30), comparison(fields));
    fields.end();
    return profile;
  }

  private static OtExtension ot(Fields fields) {
    return named(fields, "ot", OtExtension::named, OtExtension.labels());
  }

  private static Comparison comparison(Fields fields) {
    return named(fields, "comparison", Comparison::named, Comparison.labels());
  }

  private static <T> T named(Fields fields, String field, Function<String, T> parser, String known) {
    String name = fields.text(field, 32);
    try {
      return parser.apply(name);
    } catch (IllegalArgumentException e) {
      throw fields.wrong(field, "is \"" + name + "\"; known are " + known);
    }
  }
}
