package io.secmoe.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of a model directory, and how missing or unreadable ones are reported. */
final class ModelFiles {
  static final String CONFIG = "config.json";
  static final String WEIGHTS = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  static final String CALIBRATION = "calibration.json";

  private ModelFiles() {}

  /** Refuses what is not a regular file. */
  static void requireFile(Path file, String mend) {
    if (Files.isDirectory(file)) {
      throw new ModelException("it is a directory, not a file", file.toString(), mend);
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelException("there is no such file", file.toString(), mend);
    }
  }

  /** The bytes of a small JSON file. */
  static byte[] read(Path file, String mend) {
    requireFile(file, mend);
    try {
      long size = Files.size(file);
      if (size > Json.MOST_BYTES) {
        throw new ModelException("it has " + size + " bytes, at most " + Json.MOST_BYTES + " are read", file.toString(), mend);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static ModelException unreadable(Path file, IOException e) {
    return new ModelException("it cannot be read (" + e + ")", file.toString(), "check its permissions and the disk", e);
  }
}
