// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import java.nio.file.Path;

/** {@link RandomModel} for tests of other packages. */
public final class SmallModel {
  private SmallModel() {}

  /** Writes a calibrated model of 6 features and 3 classes. */
  public static Path write(Path directory) {
    return RandomModel.seeded(20).writeCalibrated(directory);
  }

  /** Writes another one, with other weights. */
  public static Path writeOther(Path directory) {
    return RandomModel.seeded(21).writeCalibrated(directory);
  }

  /** Writes another one, with other names of its classes. */
  public static Path writeWithLabels(Path directory, String... labels) {
    String config =
        RandomModel.CONFIG.replace(
            "[\"a\",\"b\",\"c\"]", "[\"" + String.join("\",\"", labels) + "\"]");
    RandomModel.seeded(22).write(directory, config);
    CalibrateCommand.run(directory, RandomModel.rows(7, 400));
    return directory;
  }

  /** Returns rows of 6 features in (−1, 1). */
  public static float[][] rows(long seed, int count) {
    return RandomModel.rows(seed, count);
  }
}
