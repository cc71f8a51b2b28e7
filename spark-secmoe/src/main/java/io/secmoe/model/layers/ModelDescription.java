// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.checkpoint.Hashes;
import io.secmoe.model.checkpoint.Json;
import io.secmoe.model.checkpoint.ModelException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The server's statement about its model before a session: the public layer list, and a hash that
 * pins the weights without revealing them.
 *
 * @param name the model's name, for people
 * @param layers the layers that both parties walk
 * @param weightsDigest SHA-256 of the server's weights file, 64 lower-case hexadecimal digits
 */
public record ModelDescription(String name, LayerList layers, String weightsDigest) {
  private static final String FORMAT = "secmoe-model-1";
  private static final String WHERE = "model description";
  private static final String REMEDY =
      "ask the server's operator for a description made by the same version";

  public ModelDescription {
    if (!Hashes.isHex(weightsDigest)) {
      throw new ModelException("the weights' digest is not 64 hexadecimal digits", WHERE, REMEDY);
    }
  }

  /**
   * Returns the served model's digest, which both parties compare and a client may pin: SHA-256 of
   * the canonical description. It covers everything that the server describes: the weights by their
   * own digest, layers and calibrated ranges, labels, cryptographic parameters, and the revealed
   * output. The same weights served with another {@code spark.secmoe.output} have another digest.
   * The formatting of the model's JSON files does not matter.
   */
  public String digest() {
    MessageDigest hash = Hashes.sha256();
    hash.update(FORMAT.getBytes(StandardCharsets.US_ASCII));
    return Hashes.hex(hash.digest(toJson()));
  }

  /**
   * Returns the fields of the JSON in which another description differs, such as {@code
   * weights_sha256} or {@code layers.output}.
   */
  public List<String> differences(ModelDescription other) {
    List<String> names = new ArrayList<>();
    differences("", node(), other.node(), names);
    return names;
  }

  private static void differences(String prefix, ObjectNode a, ObjectNode b, List<String> names) {
    a.fieldNames()
        .forEachRemaining(
            field -> {
              if (a.get(field) instanceof ObjectNode inner
                  && b.get(field) instanceof ObjectNode otherInner) {
                differences(prefix + field + ".", inner, otherInner, names);
              } else if (!a.get(field).equals(b.get(field))) {
                names.add(prefix + field);
              }
            });
  }

  /** Returns canonical UTF-8 JSON: equal descriptions have equal bytes. */
  public byte[] toJson() {
    return Json.write(node());
  }

  private ObjectNode node() {
    ObjectNode node = Json.object();
    node.put("format", FORMAT);
    node.put("name", name);
    node.put("weights_sha256", weightsDigest);
    node.set("layers", LayerListJson.toNode(layers));
    return node;
  }

  /**
   * Reads a peer's description. Anything unknown, missing or out of bounds is a {@link
   * ModelException}.
   */
  public static ModelDescription fromJson(byte[] json) {
    Fields fields = Json.read(json, WHERE, REMEDY);
    fields.constant("format", FORMAT);
    ModelDescription description =
        new ModelDescription(
            fields.text("name", 64),
            LayerListJson.fromNode(fields.object("layers")),
            fields.text("weights_sha256", 64));
    fields.end();
    return description;
  }
}
