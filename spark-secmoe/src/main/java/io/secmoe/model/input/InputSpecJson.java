// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.input;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.ModelLimits;
import io.secmoe.network.Sequences;

/** The JSON form of an {@link InputSpec}. */
public final class InputSpecJson {
  private InputSpecJson() {}

  public static void put(ObjectNode node, InputSpec input) {
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

  public static InputSpec read(Fields fields) {
    String kind = fields.text("kind", 16);
    InputSpec input =
        switch (kind) {
          case "features" ->
              new FeatureInput(
                  fields.integer("features", 1, ModelLimits.MAX_FEATURES),
                  fields.integer("bits", 1, ModelLimits.MAX_BITS));
          case "tokens" ->
              new TokenInput(
                  fields.integer("vocabulary", 1, ModelLimits.MAX_IDS),
                  fields.integer("longest", 1, Sequences.MAX_TOKENS));
          default ->
              throw fields.wrong("kind", "is \"" + kind + "\", known are features and tokens");
        };
    fields.end();
    return input;
  }
}
