// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of a model directory, and the errors for missing or unreadable ones. */
public final class ModelFiles {
  public static final String CONFIG = "config.json";
  public static final String WEIGHTS = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  public static final String CALIBRATION = "calibration.json";

  private ModelFiles() {}

  /** Refuses a path that is not a regular file. */
  static void requireFile(Path file, String remedy) {
    if (Files.isDirectory(file)) {
      throw new ModelException("it is a directory, not a file", file.toString(), remedy);
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelException("there is no such file", file.toString(), remedy);
    }
  }

  /** Returns the bytes of a small JSON file. */
  public static byte[] read(Path file, String remedy) {
    requireFile(file, remedy);
    try {
      long size = Files.size(file);
      if (size > Json.MAX_BYTES) {
        throw new ModelException(
            "it has " + size + " bytes, at most " + Json.MAX_BYTES + " are read",
            file.toString(),
            remedy);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static ModelException unreadable(Path file, IOException e) {
    return new ModelException(
        "it cannot be read (" + e + ")", file.toString(), "check its permissions and the disk", e);
  }
}
