// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.model.checkpoint.Safetensors;
import io.secmoe.model.checkpoint.SafetensorsFile.Floats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The checked-in checkpoints that the transformers library made (make_checkpoints.py), and what it
 * computes with them.
 */
public final class SwitchCheckpoints {
  static final Path ALL = Path.of("src/test/resources/io/secmoe/model/switch");

  private static final ObjectMapper JSON = new ObjectMapper();

  private SwitchCheckpoints() {}

  /** The library's results. Absent fields are null. */
  public record Expected(int[][] ids, double[][][] hidden, double[][] pooled, double[][] logits) {}

  public static List<String> names() {
    try (var directories = Files.list(ALL)) {
      return directories
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Expected expected(String name) {
    JsonNode node = json(ALL.resolve(name).resolve("expected.json"));
    try {
      return new Expected(
          JSON.treeToValue(node.get("ids"), int[][].class),
          JSON.treeToValue(node.get("hidden"), double[][][].class),
          JSON.treeToValue(node.path("pooled"), double[][].class),
          JSON.treeToValue(node.path("logits"), double[][].class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a copy of a checkpoint's directory with another config.json. */
  public static Path copy(String name, Path to, Consumer<ObjectNode> change) {
    try (var files = Files.list(ALL.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
      ObjectNode config = (ObjectNode) json(to.resolve("config.json"));
      change.accept(config);
      Files.write(to.resolve("config.json"), JSON.writeValueAsBytes(config));
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the tensors of a checkpoint of one file. */
  public static Map<String, Floats> tensors(String name) {
    Map<String, Floats> tensors = new LinkedHashMap<>();
    try (Safetensors file = Safetensors.open(ALL.resolve(name).resolve("model.safetensors"))) {
      for (String tensor : file.names()) {
        tensors.put(
            tensor,
            new Floats(
                file.tensor(tensor).shape().stream().mapToLong(Long::longValue).toArray(),
                file.tensor(tensor).toFloats()));
      }
    }
    return tensors;
  }
}
