// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.tokenwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.RandomModel;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.directory.Families;
import io.secmoe.network.Activation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenWiseConfigTest {
  @TempDir Path directory;

  @Test
  void everyFieldIsRead() throws Exception {
    assertEquals(
        new TokenWiseConfig("random", 6, 8, 2, 4, 16, Activation.GELU, List.of("a", "b", "c")),
        read(RandomModel.CONFIG));
    assertEquals(Activation.RELU, read(RandomModel.CONFIG.replace("gelu", "relu")).activation());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"secmoe-1\"|\"secmoe-9\"|\"format\" is \"secmoe-9\"",
        "\"format\"|\"model_type\":\"bert\",\"format\"|\"model_type\" is \"bert\", a family of"
            + " models that this version does not serve",
        "\"format\":\"secmoe-1\",|'' |it has neither \"model_type\" nor \"format\"",
        "token-wise-moe|mamba|\"architecture\" is \"mamba\"",
        "\"softmax\"|\"sigmoid\"|\"router\" is \"sigmoid\"",
        "\"gelu\"|\"swish\"|\"activation\" is \"swish\"",
        "\"gelu\"|\"GELU\"|\"activation\" is \"GELU\"",
        "\"top_k\":1|\"top_k\":2|\"top_k\" must be a whole number from 1 to 1",
        "\"experts\":4|\"experts\":1|\"experts\"",
        "\"experts\":4|\"experts\":4.5|\"experts\"",
        "\"experts\":4|\"experts\":\"4\"|\"experts\"",
        "\"experts\":4,|'' |\"experts\" is missing",
        "\"blocks\":2|\"blocks\":0|\"blocks\"",
        "\"blocks\":2|\"blocks\":null|\"blocks\" is missing",
        "\"d_model\":8|\"d_model\":99999999|\"d_model\"",
        "\"d_model\":8|\"d_model\":65536,\"d_ff\":16|Duplicate field 'd_ff'",
        "\"d_ff\":16|\"d_ff\":-16|\"d_ff\"",
        "\"input_features\":6|\"input_features\":99999999999999999999|\"input_features\"",
        "\"classes\":3|\"classes\":4|\"labels\" has 3 entries for 4 classes",
        "\"c\"]|\"a\"]|\"labels\" names a class twice",
        "\"c\"]|\"\"]|\"labels\" must be text",
        "\"c\"]|7]|\"labels\" must be text",
        "[\"a\",\"b\",\"c\"]|\"abc\"|\"labels\" must be an array",
        "\"name\":\"random\"|\"name\":\"a b\"|\"name\" may hold",
        "\"name\"|\"dropout\":0.1,\"name\"|\"dropout\" is unknown",
      })
  void wrongFieldsAreNamed(String right, String wrong, String problem) {
    assertTrue(RandomModel.CONFIG.contains(right), right);
    ModelException refused =
        assertThrows(
            ModelException.class, () -> read(RandomModel.CONFIG.replace(right, wrong.strip())));
    assertTrue(refused.getMessage().contains(problem), refused.getMessage());
    assertTrue(refused.where().endsWith("config.json"), refused.where());
  }

  @Test
  void layersBeyondOneBufferAreRefused() {
    String huge =
        RandomModel.CONFIG
            .replace("\"d_model\":8", "\"d_model\":65536")
            .replace("\"d_ff\":16", "\"d_ff\":65536");
    assertTrue(
        assertThrows(ModelException.class, () -> read(huge))
            .what()
            .contains("more than 2^30 weights"));
  }

  @Test
  void missingAndBrokenFilesAreNamed() {
    Path absent = directory.resolve("absent.json");
    assertTrue(
        assertThrows(ModelException.class, () -> Families.read(absent))
            .what()
            .contains("no such file"));
    assertTrue(
        assertThrows(ModelException.class, () -> Families.read(directory))
            .what()
            .contains("directory"));
    assertTrue(assertThrows(ModelException.class, () -> read("{")).what().contains("valid JSON"));
    assertTrue(
        assertThrows(ModelException.class, () -> read("")).what().contains("not a JSON object"));
    assertTrue(
        assertThrows(ModelException.class, () -> read("[".repeat(100_000)))
            .what()
            .contains("valid JSON"));
  }

  private TokenWiseConfig read(String json) throws Exception {
    return ((TokenWise) Families.read(Files.writeString(directory.resolve("config.json"), json)))
        .config();
  }
}
