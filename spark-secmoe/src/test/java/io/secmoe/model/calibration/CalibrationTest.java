// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.directory.Checkpoint;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.MoeSpec;
import io.secmoe.model.layers.Output;
import io.secmoe.model.layers.RangeRule;
import io.secmoe.party.Profile;
import io.secmoe.ring.Modulus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "0.2, 1",
    "0.49, 1",
    "0.5, 1",
    "0.99, 1",
    "1, 2",
    "1.99, 2",
    "2, 3",
    "3.5, 3",
    "4, 4",
    "100, 8",
    "1e-300, 1"
  })
  void rangesLeaveOneBitOfRoom(double largest, int bits) {
    assertEquals(bits, Range.of(largest).bits());
    assertTrue(2 * largest <= Math.scalb(1.0, bits));
  }

  @Test
  void everyValueIsMeasuredAndComesBackFromTheFile() throws Exception {
    RandomModel.seeded(3).write(directory);
    float[][] rows = RandomModel.rows(5, 50);
    Calibration calibration = CalibrateCommand.run(directory, rows);
    assertEquals(
        Set.of(
            "features",
            "embed",
            "blocks.0.logits",
            "blocks.0.hidden",
            "blocks.0.output",
            "blocks.0",
            "blocks.1.logits",
            "blocks.1.hidden",
            "blocks.1.output",
            "blocks.1",
            "head"),
        calibration.ranges().keySet());
    assertEquals(50, calibration.samples());
    assertEquals(calibration, Calibration.read(directory, calibration.weightsDigest()));

    double logits = 0;
    for (double[] row : FloatModel.load(directory).run(rows).logits()) {
      for (double logit : row) {
        logits = Math.max(logits, Math.abs(logit));
      }
    }
    assertTrue(logits <= calibration.ranges().get("head").largest());
    assertTrue(calibration.ranges().get("features").largest() <= 1);
    try (var files = Files.list(directory)) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void aFileForOtherWeightsIsRefused() {
    RandomModel.seeded(3).writeCalibrated(directory);
    RandomModel.seeded(4).write(directory);
    assertRefused("\"weights_sha256\" is not this checkpoint's");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "secmoe-calibration-2|v0|\"format\" is \"v0\"",
        "\"blocks.1.hidden\"|\"blocks.9.hidden\"|no range for \"blocks.1.hidden\"",
        "\"head.weight\"|\"tail.weight\"|no scale for \"head.weight\"",
        "\"embed.weight\" : 1|\"embed.weight\" : 19, \"x\" : 1|its choices do not fit the"
            + " checkpoint: weight",
        "\"t\" : 2198738042881|\"t\" : 1|\"t\" must be",
        "\"samples\" : 400|\"samples\" : 0|\"samples\"",
        "\"bits\" :|\"bits\" : 0, \"x\" :|\"bits\" must be a whole number",
        "\"largest\" :|\"largest\" : 99e9, \"x\" :|\"bits\" is too small",
        "\"largest\" :|\"largest\" : -1, \"x\" :|\"largest\" must be a finite number",
        "\"largest\" :|\"largest\" : 1e999, \"x\" :|\"largest\" must be a finite number",
        "\"samples\"|\"seed\" : 1, \"samples\"|\"seed\" is unknown",
      })
  void wrongFilesAreNamed(String right, String wrong, String problem) throws Exception {
    RandomModel.seeded(3).writeCalibrated(directory);
    Path file = directory.resolve("calibration.json");
    assertTrue(Files.readString(file).contains(right));
    Files.writeString(file, Files.readString(file).replace(right, wrong));
    assertRefused(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "head.weight, 60000",
    "embed.weight, 4e6",
    "blocks.0.router.weight, 400",
    "blocks.1.experts.w1, 2000",
    "blocks.1.experts.w2, 100000"
  })
  void weightsThatDoNotFitAreRefusedByTensor(String tensor, float factor) {
    RandomModel.seeded(3).scaled(tensor, factor).write(directory);
    ModelException refused =
        assertThrows(
            ModelException.class, () -> CalibrateCommand.run(directory, RandomModel.rows(5, 50)));
    assertEquals("tensor " + tensor, refused.where());
    assertFalse(Files.exists(directory.resolve("calibration.json")));
  }

  @Test
  void theSecondMatrixGivesUpScaleBeforeItIsRefused() {
    RandomModel.seeded(3).write(directory);
    Calibration calibration = CalibrateCommand.run(directory, RandomModel.rows(5, 50));
    int wanted = fractionOfSecondMatrix(calibration, Profile.DEFAULT.t());
    int range = calibration.bits("blocks.0.output");
    // A plaintext prime with exactly two bits less than the second matrix would like.
    int needed = range + RangeRule.DOWN_FRACTION + wanted;
    assertEquals(wanted - 2, fractionOfSecondMatrix(calibration, new Modulus((1L << needed) + 1)));
    ModelException refused =
        assertThrows(
            ModelException.class,
            () -> fractionOfSecondMatrix(calibration, new Modulus((1L << (needed - 2)) + 1)));
    assertEquals("tensor blocks.0.experts.w2", refused.where());
  }

  @Test
  void samplesMustBeRowsOfTheModel() {
    RandomModel.seeded(3).write(directory);
    assertThrows(ModelException.class, () -> CalibrateCommand.run(directory, new float[0][]));
    assertEquals(
        "row 1",
        assertThrows(
                ModelException.class,
                () -> CalibrateCommand.run(directory, new float[][] {new float[6], new float[5]}))
            .where());
    assertEquals(
        "row 0",
        assertThrows(
                ModelException.class,
                () -> CalibrateCommand.run(directory, new float[][] {{0, 0, 0, 0, 0, Float.NaN}}))
            .where());
  }

  private int fractionOfSecondMatrix(Calibration calibration, Modulus t) {
    Profile profile = Profile.DEFAULT.with(Profile.DEFAULT.primeBits(), t);
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      ChosenScales scales = new ChosenScales(calibration.ranges(), profile);
      LayerList layers =
          checkpoint
              .architecture()
              .plan(checkpoint.tensors(), scales, Output.LOGITS)
              .list(profile, Output.LOGITS);
      return ((MoeSpec) layers.layers().get(1)).shape().expert().down().fraction();
    }
  }

  private void assertRefused(String problem) {
    ModelException refused = assertThrows(ModelException.class, () -> ServerModel.load(directory));
    assertTrue(refused.getMessage().contains(problem), refused.getMessage());
    assertTrue(refused.getMessage().contains("calibration.json"), refused.getMessage());
  }
}
