// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** The calibration that is checked in beside a model, against a calibration made anew. */
public final class StoredCalibration {
  private StoredCalibration() {}

  /**
   * Asserts that a calibration gives the file that is stored beside the model.
   *
   * @param empty folder for a copy of the model without its calibration
   */
  public static void assertWhatGives(Path model, Path empty, Function<Path, Calibration> calibrate)
      throws IOException {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(model.resolve(file), empty.resolve(file));
    }
    Calibration measured = calibrate.apply(empty);
    Calibration stored = Calibration.read(model, measured.weightsDigest());
    assertEquals(measured.samples(), stored.samples());
    assertEquals(measured.ranges().keySet(), stored.ranges().keySet());
    measured
        .ranges()
        .forEach(
            (name, range) -> {
              assertEquals(range.bits(), stored.ranges().get(name).bits(), name);
              assertEquals(
                  range.largest(),
                  stored.ranges().get(name).largest(),
                  1e-9 * range.largest(),
                  name);
            });
  }
}
