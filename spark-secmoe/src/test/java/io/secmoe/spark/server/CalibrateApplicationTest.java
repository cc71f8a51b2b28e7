// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.ConfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateApplicationTest {
  private static final Path DIGITS = Path.of("../notebooks/digits");

  @TempDir Path model;

  @BeforeEach
  void copyWithoutCalibration() throws IOException {
    for (String file : new String[] {"model.safetensors", "config.json"}) {
      Files.copy(DIGITS.resolve("token-wise/model").resolve(file), model.resolve(file));
    }
  }

  private void calibrate(String column) {
    CalibrateApplication.run(
        new CommandLine(
            new String[] {
              "--model",
              model.toString(),
              "--input",
              DIGITS.resolve("digits.parquet").toString(),
              "--features-column",
              column,
              "--conf",
              "spark.master=local[1]",
              "--conf",
              "spark.ui.enabled=false"
            },
            Set.of("model", "input", "format", "features-column", "rows"),
            Set.of()));
  }

  @Test
  void aModelCanBeServedAfterwards() {
    assertTrue(
        assertThrows(ModelException.class, () -> ServerModel.load(model))
            .getMessage()
            .contains("calibration"));
    calibrate("features");
    assertEquals(64, ServerModel.load(model).layers().input().features());
  }

  @Test
  void aMissingColumnIsNamedAndNothingIsWritten() {
    String message = assertThrows(ConfException.class, () -> calibrate("pixels")).getMessage();
    assertTrue(message.contains("'pixels'") && message.contains("features"), message);
    assertFalse(Files.exists(model.resolve("calibration.json")));
  }
}
