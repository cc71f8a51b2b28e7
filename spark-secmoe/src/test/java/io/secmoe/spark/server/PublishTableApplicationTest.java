// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.CalibrateCommand;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.model.input.PublishedTable;
import io.secmoe.model.layers.EmbeddingSpec;
import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.SecMoeConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table that the model's owner writes is the one that a server pins which is told to publish
 * it.
 */
class PublishTableApplicationTest {
  private static final Path CHECKPOINT =
      Path.of("src/test/resources/io/secmoe/model/switch/one-layer");
  private static final Map<String, String> CONF =
      Map.of(SecMoeConf.OUTPUT.key(), "embeddings", SecMoeConf.EMBEDDING_PUBLISHED.key(), "true");

  @TempDir Path folder;

  private Path copy(Path from, String name) throws IOException {
    Path to = Files.createDirectory(folder.resolve(name));
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
    return to;
  }

  private static void run(Path model, Path file) {
    PublishTableApplication.run(
        new CommandLine(
            new String[] {
              "--model",
              model.toString(),
              "--output",
              file.toString(),
              "--conf",
              SecMoeConf.OUTPUT.key() + "=" + (model.endsWith("model") ? "logits" : "embeddings")
            },
            Set.of("model", "output"),
            Set.of()));
  }

  @Test
  void theServerPinsTheFileThatIsWritten() throws IOException {
    Path model = copy(CHECKPOINT, "encoder");
    CalibrateCommand.run(model, new int[][] {{1, 2, 3}, {4, 5, 6, 7, 8, 9}});
    Path table = folder.resolve("given/out/table.safetensors");
    run(model, table);
    ServerModel served = Models.load(model, SecMoeConf.of(CONF, 1));
    EmbeddingSpec layer = (EmbeddingSpec) served.layers().layers().get(0);
    assertTrue(layer.shape().isPublished());
    PublishedTable.open(table, layer.shape());
    try (var left = Files.list(table.getParent())) {
      assertEquals(1, left.count());
    }
  }

  @Test
  void modelsWithoutATableAreRefused() throws IOException {
    Path model = copy(Path.of("../notebooks/digits/token-wise/model"), "model");
    CalibrateCommand.run(model, new float[][] {new float[64]});
    ModelException e =
        assertThrows(ModelException.class, () -> run(model, folder.resolve("table")));
    assertTrue(e.what().contains("no embedding table"), e.getMessage());
  }
}
