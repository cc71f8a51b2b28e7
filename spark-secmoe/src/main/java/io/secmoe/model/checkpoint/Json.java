// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Strict, bounded JSON: one object, no name twice, nothing after it, shallow nesting. */
public final class Json {
  /** Most bytes of a document. The header of a checkpoint with a hundred thousand tensors fits. */
  public static final int MAX_BYTES = 16 << 20;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(16)
                          .maxStringLength(1 << 16)
                          .maxNumberLength(40)
                          .maxDocumentLength(MAX_BYTES)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * Reads the document's one object; {@code where} and {@code remedy} go into the {@link
   * ModelException} for anything else.
   */
  public static Fields read(byte[] json, String where, String remedy) {
    if (json.length > MAX_BYTES) {
      throw new ModelException(
          "it has " + json.length + " bytes, at most " + MAX_BYTES + " are read", where, remedy);
    }
    try {
      JsonNode node = MAPPER.readTree(json);
      if (!(node instanceof ObjectNode object)) {
        throw new ModelException("it is not a JSON object", where, remedy);
      }
      return new Fields(object, where, remedy);
    } catch (JsonProcessingException e) {
      throw new ModelException("it is not valid JSON: " + e.getOriginalMessage(), where, remedy, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Returns compact UTF-8, with fields in the order they were put. */
  public static byte[] write(ObjectNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns indented UTF-8 for files that people read. */
  public static byte[] writePretty(ObjectNode node) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
