package io.secmoe.model;

import io.secmoe.party.Profile;
import java.nio.file.Path;

/** Calibrates a model: the server's operator runs it once, before the model is served. */
public final class CalibrateCommand {
  private CalibrateCommand() {}

  /**
   * Measures ranges on samples (rows × inputFeatures) and writes calibration.json into the model directory; writes nothing and throws a
   * {@link ModelException} that names the tensor when a range does not fit the default profile.
   *
   * @return what was measured
   */
  public static Calibration run(Path modelDirectory, float[][] samples) {
    return run(modelDirectory, samples, Profile.DEFAULT);
  }

  /** The same for another profile. */
  public static Calibration run(Path modelDirectory, float[][] samples, Profile profile) {
    try (Checkpoint checkpoint = Checkpoint.open(modelDirectory)) {
      Calibration calibration = Calibration.measure(FloatModel.of(checkpoint), samples);
      LayerPlan.of(checkpoint, calibration, profile, Output.LOGITS);
      calibration.write(modelDirectory);
      return calibration;
    }
  }
}
