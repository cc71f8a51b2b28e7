// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.ModelFiles;
import io.secmoe.model.directory.Checkpoint;
import io.secmoe.model.directory.Families;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.input.FeatureRows;
import io.secmoe.model.input.Rows;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.CapacityRule;
import io.secmoe.party.Profile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Calibrates a model: the server's operator runs it once, before the model is served. */
public final class CalibrateCommand {
  /** Hears how far a run of the plaintext model has come: {@code done} of {@code all} rows. */
  @FunctionalInterface
  public interface Progress {
    void at(String run, long done, long all);
  }

  private CalibrateCommand() {}

  /** Returns true if the model of a directory takes rows of tokens, not of features. */
  public static boolean takesTokens(Path modelDirectory) {
    return Families.read(modelDirectory.resolve(ModelFiles.CONFIG)).takesTokens();
  }

  /** Returns notes for the model's owner about the way a checkpoint is served. */
  public static List<String> notes(Path modelDirectory, CapacityRule capacity) {
    try (Checkpoint checkpoint = Checkpoint.open(modelDirectory, capacity)) {
      return checkpoint.notes();
    }
  }

  /**
   * Measures ranges on samples (rows × inputFeatures) and writes calibration.json into the model
   * directory. If a range fits no profile, it writes nothing and throws a {@link ModelException}
   * that names the tensor.
   *
   * @return the measured ranges and the chosen scales
   */
  public static Calibration run(Path modelDirectory, float[][] samples) {
    return run(modelDirectory, new FeatureRows(samples), Profile.DEFAULT);
  }

  /** Measures ranges on sequences of ids. */
  public static Calibration run(Path modelDirectory, int[][] ids) {
    return run(modelDirectory, TokenRows.padded(ids), Profile.DEFAULT);
  }

  /** Measures ranges for another profile. */
  public static Calibration run(Path modelDirectory, Rows samples, Profile profile) {
    return run(
        modelDirectory,
        samples,
        profile,
        CapacityRule.LIBRARY,
        (run, done, all) -> {},
        warning -> {});
  }

  /**
   * Measures ranges, and reports progress and shortcomings of the samples.
   *
   * @param capacity the rule about the tokens beyond an expert's capacity
   * @param warnings takes sentences for the model's owner: they name experts and values, and say
   *     what to do
   */
  public static Calibration run(
      Path modelDirectory,
      Rows samples,
      Profile profile,
      CapacityRule capacity,
      Progress progress,
      Consumer<String> warnings) {
    try (Checkpoint checkpoint = Checkpoint.open(modelDirectory, capacity)) {
      FloatModel model = FloatModel.of(checkpoint);
      Measurement.Measured measured = Measurement.of(model, samples, progress);
      measured.warnings().forEach(warnings);
      Calibrator calibrator = new Calibrator(checkpoint, measured.ranges());
      Calibration calibration = calibrator.choose(profile, model.weightsDigest(), samples.count());
      calibration.write(modelDirectory);
      return calibration;
    }
  }
}
