package io.secmoe.model;

import io.secmoe.party.Profile;
import java.nio.file.Path;
import java.util.List;

/** Calibrates a model: the server's operator runs it once, before the model is served. */
public final class CalibrateCommand {
  private CalibrateCommand() {}

  /** Whether the model of a directory takes rows of tokens, not of features. */
  public static boolean takesTokens(Path modelDirectory) {
    return Architecture.read(modelDirectory.resolve(ModelFiles.CONFIG)).takesTokens();
  }

  /** What its owner should know of how a checkpoint is served. */
  public static List<String> notes(Path modelDirectory, CapacityRule capacity) {
    try (Checkpoint checkpoint = Checkpoint.open(modelDirectory, capacity)) {
      return checkpoint.notes();
    }
  }

  /**
   * Measures ranges on samples (rows × inputFeatures) and writes calibration.json into the model directory; writes nothing and throws a
   * {@link ModelException} that names the tensor when a range fits no profile.
   *
   * @return what was measured and chosen
   */
  public static Calibration run(Path modelDirectory, float[][] samples) {
    return run(modelDirectory, new FeatureRows(samples), Profile.DEFAULT);
  }

  /** The same on sequences of ids. */
  public static Calibration run(Path modelDirectory, int[][] ids) {
    return run(modelDirectory, TokenRows.padded(ids), Profile.DEFAULT);
  }

  /** The same for another profile. */
  public static Calibration run(Path modelDirectory, Rows samples, Profile profile) {
    return run(modelDirectory, samples, profile, CapacityRule.LIBRARY);
  }

  /** The same with another rule about the tokens beyond an expert's capacity. */
  public static Calibration run(Path modelDirectory, Rows samples, Profile profile, CapacityRule capacity) {
    try (Checkpoint checkpoint = Checkpoint.open(modelDirectory, capacity)) {
      FloatModel model = FloatModel.of(checkpoint);
      Calibrator calibrator = new Calibrator(checkpoint, Calibration.measure(model, samples));
      Calibration calibration = calibrator.choose(profile, model.weightsDigest(), samples.count());
      calibration.write(modelDirectory);
      return calibration;
    }
  }
}
