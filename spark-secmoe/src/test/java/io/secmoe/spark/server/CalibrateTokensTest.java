// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.model.input.TokenInput;
import io.secmoe.model.layers.CapacityRule;
import io.secmoe.model.layers.MoeSpec;
import io.secmoe.model.layers.Output;
import io.secmoe.party.Profile;
import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.conf.SecMoeConf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calibration of a model of tokens: a whole checkpoint of the transformers library, of which the
 * encoder is served.
 */
class CalibrateTokensTest {
  private static final Path CHECKPOINT = Path.of("src/test/resources/io/secmoe/model/switch/whole");

  @TempDir Path directory;

  private Path model;

  @BeforeEach
  void copy() throws IOException {
    model = Files.createDirectory(directory.resolve("model"));
    for (String file : new String[] {"model.safetensors", "config.json"}) {
      Files.copy(CHECKPOINT.resolve(file), model.resolve(file));
    }
  }

  private String calibrate(String rows, String column) throws IOException {
    return calibrate(rows, column, CapacityRule.LIBRARY);
  }

  private String calibrate(String rows, String column, CapacityRule capacity) throws IOException {
    Path input = Files.writeString(directory.resolve("samples.json"), rows);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      CalibrateApplication.run(
          new CommandLine(
              new String[] {
                "--model",
                model.toString(),
                "--input",
                input.toString(),
                "--format",
                "json",
                "--tokens-column",
                column,
                "--conf",
                "spark.master=local[1]",
                "--conf",
                "spark.ui.enabled=false",
                "--conf",
                CapacityRule.KEY + "=" + capacity.name().toLowerCase(Locale.ROOT)
              },
              Set.of("model", "input", "format", "features-column", "tokens-column", "rows"),
              Set.of()));
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whatWasChosenIsToldAndTheModelCanBeServed() throws IOException {
    String told = calibrate("{\"ids\":[1,52,7]}\n{\"ids\":null}\n{\"ids\":[3]}\n", "ids");
    assertTrue(told.contains("calibrated on 2 rows"), told);
    assertTrue(told.contains("t = 2198738042881 (41 bits)"), told);
    assertTrue(told.contains("warning: there are only 2 sample rows"), told);
    assertTrue(told.contains("warning: encoder.block.1.layer.1.mlp.experts.expert_"), told);
    assertTrue(told.contains("of this checkpoint the encoder is served"), told);
    assertTrue(
        told.lines()
            .anyMatch(line -> line.startsWith("encoder.block.1.layer.1.mlp.experts.*.wo.weight ")),
        told);
    assertTrue(
        told.lines()
            .anyMatch(
                line ->
                    line.matches("encoder\\.block\\.0\\.layer\\.0\\.scores +[0-9.]+ +2\\^[0-9]+")),
        told);
    ServerModel served = ServerModel.load(model, Profile.DEFAULT, Output.EMBEDDINGS);
    assertEquals(new TokenInput(53, 32), served.layers().input());
    assertEquals(1, served.notes().size());
  }

  @Test
  void theRuleAboutCapacitiesIsToldAtCalibrationAndAtServing() throws IOException {
    Path config = model.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"expert_capacity\": 64", "\"expert_capacity\": 2")
            .replace("4.57.1", "5.0.0"));
    String rows = "{\"ids\":[1,52,7,7,7]}\n";
    assertTrue(
        calibrate(rows, "ids").contains("experts take all tokens of a row that choose them"));
    assertEquals(0, capacity(ServerModel.load(model, Profile.DEFAULT, Output.EMBEDDINGS)));
    assertTrue(
        calibrate(rows, "ids", CapacityRule.DROP)
            .contains("an expert takes the first 2 tokens of a row"));
    ServerModel dropping =
        Models.load(
            model,
            SecMoeConf.of(
                Map.of(CapacityRule.KEY, "drop", SecMoeConf.OUTPUT.key(), "embeddings"), 1));
    assertEquals(2, capacity(dropping));
    assertTrue(
        dropping.notes().stream()
            .anyMatch(note -> note.contains("as spark.secmoe.expert.capacity=drop says")));
  }

  private static int capacity(ServerModel model) {
    return model.layers().layers().stream()
        .filter(MoeSpec.class::isInstance)
        .mapToInt(spec -> ((MoeSpec) spec).shape().router().capacity())
        .sum();
  }

  @Test
  void rowsThatTheModelDoesNotTakeAreNamed() throws IOException {
    assertEquals("row 1", refused("{\"ids\":[1]}\n{\"ids\":[53]}\n").where());
    assertEquals("row 0", refused("{\"ids\":[1,null]}\n").where());
    assertEquals("row 2", refused("{\"ids\":[1]}\n{\"ids\":[2]}\n{\"ids\":[]}\n").where());
    assertThrows(ConfException.class, () -> calibrate("{\"ids\":[1]}\n", "tokens"));
    assertFalse(Files.exists(model.resolve("calibration.json")));
  }

  private ModelException refused(String rows) {
    return assertThrows(ModelException.class, () -> calibrate(rows, "ids"));
  }
}
