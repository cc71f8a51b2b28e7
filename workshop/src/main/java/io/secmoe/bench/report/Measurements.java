// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.secmoe.bench.Bench;
import io.secmoe.bench.data.Arguments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The benchmark's JSON lines by the arguments that they are for. */
public final class Measurements {
  private final Map<String, JsonNode> byArguments = new LinkedHashMap<>();

  /** Returns the lines of an earlier run without those of the table itself. */
  public static Measurements read(List<String> lines) throws JsonProcessingException {
    Measurements all = new Measurements();
    for (String line : lines) {
      all.add(line);
    }
    return all;
  }

  /** Runs a benchmark and prints its line. */
  public void measure(String arguments) throws Exception {
    String line = Bench.JSON.writeValueAsString(Bench.run(Arguments.parse(arguments).get(0)));
    System.out.println(line);
    add(line);
  }

  private void add(String line) throws JsonProcessingException {
    JsonNode node = Bench.JSON.readTree(line);
    byArguments.put(node.path("arguments").asText(), node);
  }

  JsonNode of(String arguments) {
    JsonNode line = byArguments.get(arguments);
    if (line == null) {
      throw new IllegalArgumentException("no measurement of '" + arguments + "'");
    }
    return line;
  }
}
