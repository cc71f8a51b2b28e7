// SPDX-License-Identifier: Apache-2.0
package io.secmoe.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads what an application wrote as one JSON object a line, without Spark. */
final class JsonLines {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonLines() {}

  /**
   * @param path of a file, or of a folder with the files that Spark's tasks wrote
   */
  static List<JsonNode> read(Path path) throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file :
          files
              .filter(f -> Files.isRegularFile(f) && f.toString().endsWith(".json"))
              .sorted()
              .toList()) {
        for (String line : Files.readAllLines(file)) {
          objects.add(JSON.readTree(line));
        }
      }
    }
    return objects;
  }

  static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }

  static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).floatValue();
    }
    return values;
  }
}
