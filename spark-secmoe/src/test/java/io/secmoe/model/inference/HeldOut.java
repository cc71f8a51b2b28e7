// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.secmoe.model.checkpoint.Safetensors;
import io.secmoe.model.checkpoint.SafetensorsFile;
import io.secmoe.model.checkpoint.SafetensorsFile.Floats;
import io.secmoe.model.checkpoint.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A checkpoint of the transformers library, and two variants that leave what a few samples show.
 * {@code expected.json} has what the library computes with the checkpoint as it is.
 */
enum HeldOut {
  /** The unchanged checkpoint. */
  PLAIN("without-7"),
  /** The weights of an expert that the two samples never meet are six times as large. */
  EXPERT("few"),
  /** The embedding of id 7, which the samples lack, is 40 times as large. */
  TOKEN("without-7");

  private static final Path ALL = Path.of("src/test/resources/io/secmoe/model/ranges");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LARGE = "encoder.block.1.layer.1.mlp.experts.expert_2.";

  private final String samples;

  HeldOut(String samples) {
    this.samples = samples;
  }

  /** Returns sequences without the large token. */
  int[][] samples() {
    return value(read(samples), int[][].class);
  }

  static int[][] ids() {
    return value(read("expected").get("ids"), int[][].class);
  }

  /** Returns the library's results for the unchanged checkpoint: rows × tokens × features. */
  static double[][][] hidden() {
    return value(read("expected").get("hidden"), double[][][].class);
  }

  /** Writes config.json and model.safetensors into a folder, which it returns. */
  Path write(Path directory) {
    try {
      Files.createDirectories(directory);
      Files.copy(ALL.resolve("config.json"), directory.resolve("config.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Floats> tensors = new LinkedHashMap<>();
    try (Safetensors file = Safetensors.open(ALL.resolve("model.safetensors"))) {
      for (String name : file.names()) {
        Tensor tensor = file.tensor(name);
        tensors.put(
            name,
            new Floats(
                tensor.shape().stream().mapToLong(Long::longValue).toArray(), tensor.toFloats()));
      }
    }
    if (this == EXPERT) {
      scale(tensors.get(LARGE + "wi.weight").values(), 6);
      scale(tensors.get(LARGE + "wo.weight").values(), 6);
    } else if (this == TOKEN) {
      Floats table = tensors.get("shared.weight");
      int width = (int) table.shape()[1];
      float[] row = Arrays.copyOfRange(table.values(), 7 * width, 8 * width);
      scale(row, 40);
      System.arraycopy(row, 0, table.values(), 7 * width, width);
    }
    SafetensorsFile.write(directory.resolve("model.safetensors"), tensors);
    return directory;
  }

  private static void scale(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  private static JsonNode read(String name) {
    try {
      return JSON.readTree(ALL.resolve(name + ".json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T value(JsonNode node, Class<T> type) {
    try {
      return JSON.treeToValue(node, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
