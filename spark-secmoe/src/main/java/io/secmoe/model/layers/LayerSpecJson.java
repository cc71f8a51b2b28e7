// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.layer.NormShape;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.ModelLimits;

/** The JSON form of a {@link LayerSpec}: its name, its kind, and the fields of its kind. */
final class LayerSpecJson {
  private static final int MAX_NAME = 128;
  private static final String NORM = "norm";

  private LayerSpecJson() {}

  static void put(ObjectNode node, LayerSpec<?> layer) {
    node.put("name", layer.name());
    node.put("kind", layer.kind().label());
    layer.write(node);
  }

  static LayerSpec<?> read(Fields fields) {
    String name = fields.text("name", MAX_NAME);
    LayerSpec<?> layer = LayerKind.of(fields).read(name, fields);
    fields.end();
    return layer;
  }

  /** Writes the norm that comes before a layer, or is one. */
  static void put(ObjectNode node, NormShape norm) {
    ObjectNode fields = node.putObject(NORM);
    fields.put("kind", norm.kind().name());
    fields.put("range_bits", norm.rangeBits());
    // As text, because the canonical form holds whole numbers and texts only.
    fields.put("epsilon", Double.toString(norm.epsilon()));
  }

  /** Reads the norm that comes before a layer, or is one. */
  static NormShape norm(Fields layer) {
    Fields fields = layer.object(NORM);
    NormShape norm =
        new NormShape(
            fields.choice("kind", NormShape.Kind.values()),
            fields.integer("range_bits", 1, NormShape.MAX_RANGE_BITS),
            fields.decimal("epsilon"));
    fields.end();
    return norm;
  }

  /** Reads bits of a range, or bits after the binary point. */
  static int bits(Fields fields, String name) {
    return fields.integer(name, 0, ModelLimits.MAX_BITS);
  }
}
