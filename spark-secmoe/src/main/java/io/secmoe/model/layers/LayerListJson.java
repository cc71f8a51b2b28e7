// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.Json;
import io.secmoe.model.checkpoint.ModelLimits;
import io.secmoe.model.input.InputSpecJson;
import io.secmoe.party.Comparison;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;
import io.secmoe.ring.Modulus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The JSON form of a {@link LayerList}: fields in one fixed order, whole numbers and texts only,
 * hence canonical.
 */
final class LayerListJson {
  private static final String FORMAT = "secmoe-layers-2";
  private static final int MAX_LAYERS = 1 << 11;

  private LayerListJson() {}

  static ObjectNode toNode(LayerList list) {
    ObjectNode node = Json.object();
    node.put("format", FORMAT);
    node.put("fraction_bits", list.fractionBits());
    InputSpecJson.put(node.putObject("input"), list.input());
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
    list.layers().forEach(layer -> LayerSpecJson.put(layers.addObject(), layer));
    return node;
  }

  static LayerList fromNode(Fields fields) {
    fields.constant("format", FORMAT);
    LayerList list =
        new LayerList(
            fields.integer("fraction_bits", 1, ModelLimits.MAX_BITS),
            InputSpecJson.read(fields.object("input")),
            fields.texts("labels", ModelLimits.MAX_FEATURES, 256),
            profile(fields.object("profile")),
            fields.choice("output", Output.values()),
            layers(fields));
    fields.end();
    return list;
  }

  private static List<LayerSpec<?>> layers(Fields fields) {
    List<LayerSpec<?>> layers = new ArrayList<>();
    fields.objects("layers", MAX_LAYERS).forEach(layer -> layers.add(LayerSpecJson.read(layer)));
    return layers;
  }

  private static Profile profile(Fields fields) {
    List<Integer> primes = new ArrayList<>();
    fields.integers("prime_bits", 8, 20, 60).forEach(bits -> primes.add(bits.intValue()));
    Modulus t = new Modulus(fields.longInteger("t", 1L << 20, 1L << 60));
    Profile profile =
        new Profile(
            primes,
            t,
            ot(fields),
            fields.longInteger("ot_memory", 0, 64L << 30),
            comparison(fields));
    fields.end();
    return profile;
  }

  private static OtExtension ot(Fields fields) {
    return named(fields, "ot", OtExtension::named, OtExtension.labels());
  }

  private static Comparison comparison(Fields fields) {
    return named(fields, "comparison", Comparison::named, Comparison.labels());
  }

  private static <T> T named(
      Fields fields, String field, Function<String, T> parser, String known) {
    String name = fields.text(field, 32);
    try {
      return parser.apply(name);
    } catch (IllegalArgumentException e) {
      throw fields.wrong(field, "is \"" + name + "\"; known are " + known);
    }
  }
}
