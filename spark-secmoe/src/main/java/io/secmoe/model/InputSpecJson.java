package io.secmoe.model;

import static io.secmoe.model.LayerSpecJson.MOST_BITS;
import static io.secmoe.model.LayerSpecJson.MOST_FEATURES;
import static io.secmoe.model.LayerSpecJson.MOST_IDS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.moe.Sequences;

/** The JSON form of an {@link InputSpec}. */
final class InputSpecJson {
  private InputSpecJson() {}

  static void put(ObjectNode node, InputSpec input) {
    if (input instanceof FeatureInput rows) {
      node.put("kind", "features");
      node.put("features", rows.features());
      node.put("bits", rows.bits());
    } else {
      TokenInput tokens = (TokenInput) input;
      node.put("kind", "tokens");
      node.put("vocabulary", tokens.vocabulary());
      node.put("longest", tokens.longest());
    }
  }

  static InputSpec read(Fields fields) {
    String kind = fields.text("kind", 16);
    InputSpec input = switch (kind) {
      case "features" -> new FeatureInput(fields.integer("features", 1, MOST_FEATURES), fields.integer("bits", 1, MOST_BITS));
      case "tokens" -> new TokenInput(fields.integer("vocabulary", 1, MOST_IDS), fields.integer("longest", 1, Sequences.MOST_TOKENS));
      default -> throw fields.wrong("kind", "is \"" + kind + "\", known are features and tokens");
    };
    fields.end();
    return input;
  }
}
