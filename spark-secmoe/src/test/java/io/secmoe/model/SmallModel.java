package io.secmoe.model;

import java.nio.file.Path;

/** {@link RandomModel} for tests of other packages. */
public final class SmallModel {
  private SmallModel() {}

  /** Writes a calibrated model of 6 features and 3 classes. */
  public static Path write(Path directory) {
    return RandomModel.seeded(20).writeCalibrated(directory);
  }

  /** Rows of 6 features in (−1, 1). */
  public static float[][] rows(long seed, int count) {
    return RandomModel.rows(seed, count);
  }
}
