// SPDX-License-Identifier: Apache-2.0
package io.secmoe.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A notebook's file as tests look at it. */
record Notebook(List<JsonNode> cells) {
  private static final int MAX_PICTURE = 150_000;

  static Notebook read(Path file) throws IOException {
    return new Notebook(list(new ObjectMapper().readTree(Files.readString(file)).get("cells")));
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static String source(JsonNode cell) {
    return list(cell.get("source")).stream().map(JsonNode::asText).collect(Collectors.joining());
  }

  List<JsonNode> code() {
    return cells.stream().filter(cell -> cell.get("cell_type").asText().equals("code")).toList();
  }

  private List<JsonNode> outputs() {
    return code().stream().flatMap(cell -> list(cell.get("outputs")).stream()).toList();
  }

  /** Returns true if every cell was run, once, from top to bottom. */
  boolean executedInOrder() {
    List<JsonNode> code = code();
    for (int i = 0; i < code.size(); i++) {
      if (code.get(i).get("execution_count").asInt() != i + 1) {
        return false;
      }
    }
    return !code.isEmpty();
  }

  /** Returns the messages of cells that failed. */
  List<String> errors() {
    return outputs().stream()
        .filter(o -> o.get("output_type").asText().equals("error"))
        .map(JsonNode::toString)
        .toList();
  }

  /** Returns the text on standard error. */
  List<String> complaints() {
    return outputs().stream()
        .filter(o -> o.path("name").asText().equals("stderr"))
        .map(JsonNode::toString)
        .toList();
  }

  /** Returns the number of assertions in cells that ran without an error. */
  long assertions() {
    return code().stream()
        .flatMap(cell -> source(cell).lines())
        .filter(line -> line.startsWith("assert "))
        .count();
  }

  /** Returns the bytes of each picture, as base64 text. */
  List<Integer> pictures() {
    return outputs().stream()
        .map(o -> o.path("data").path("image/png"))
        .filter(JsonNode::isTextual)
        .map(p -> p.asText().length())
        .toList();
  }

  /**
   * Everything ran without an error, and there are pictures, none of them large. A slow machine may
   * make Spark warn.
   */
  void assertShown() {
    assertTrue(executedInOrder(), "every cell ran once, from top to bottom");
    assertEquals(List.of(), errors());
    assertTrue(pictures().size() >= 3, "pictures: " + pictures());
    assertTrue(
        pictures().stream().allMatch(size -> size < MAX_PICTURE),
        "pictures are small: " + pictures());
  }
}
