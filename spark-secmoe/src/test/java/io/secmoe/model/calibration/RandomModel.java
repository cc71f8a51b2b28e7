// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import io.secmoe.model.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A small random model directory for tests: 6 features, width 8, 2 blocks of 4 experts with 16
 * hidden features, 3 classes.
 */
public final class RandomModel {
  static final int FEATURES = 6;
  static final int WIDTH = 8;
  static final int BLOCKS = 2;
  static final int EXPERTS = 4;
  static final int HIDDEN = 16;
  static final int CLASSES = 3;

  public static final String CONFIG =
      """
      {"format":"secmoe-1","name":"random","architecture":"token-wise-moe","input_features":6,\
      "d_model":8,"blocks":2,
       "experts":4,"top_k":1,"d_ff":16,"activation":"gelu","router":"softmax","classes":3,\
       "labels":["a","b","c"]}
      """;

  private final Random random;
  private final Map<String, SafetensorsFile.Floats> tensors = new LinkedHashMap<>();

  private RandomModel(long seed) {
    random = new Random(seed);
    put("embed.weight", 0.6, WIDTH, FEATURES);
    put("embed.bias", 0.3, WIDTH);
    for (int i = 0; i < BLOCKS; i++) {
      put("blocks." + i + ".router.weight", 1.5, EXPERTS, WIDTH);
      put("blocks." + i + ".experts.w1", 0.6, EXPERTS, HIDDEN, WIDTH);
      put("blocks." + i + ".experts.w2", 0.4, EXPERTS, WIDTH, HIDDEN);
    }
    put("head.weight", 0.6, CLASSES, WIDTH);
    put("head.bias", 0.3, CLASSES);
  }

  public static RandomModel seeded(long seed) {
    return new RandomModel(seed);
  }

  public SafetensorsFile.Floats tensor(String name) {
    return tensors.get(name);
  }

  public RandomModel with(String name, SafetensorsFile.Floats tensor) {
    tensors.put(name, tensor);
    return this;
  }

  public RandomModel without(String name) {
    tensors.remove(name);
    return this;
  }

  /** Multiplies a tensor by a number. */
  public RandomModel scaled(String name, float factor) {
    float[] values = tensors.get(name).values();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return this;
  }

  /** Writes config.json and model.safetensors. */
  public Path write(Path directory) {
    return write(directory, CONFIG);
  }

  public Path write(Path directory, String config) {
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("config.json"), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SafetensorsFile.write(directory.resolve("model.safetensors"), tensors);
    return directory;
  }

  /** Writes the model and calibrates it on random rows. */
  public Path writeCalibrated(Path directory) {
    write(directory);
    CalibrateCommand.run(directory, rows(7, 400));
    return directory;
  }

  /** Returns rows of features in (−1, 1). */
  public static float[][] rows(long seed, int count) {
    Random random = new Random(seed);
    float[][] rows = new float[count][FEATURES];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = 2 * random.nextFloat() - 1;
      }
    }
    return rows;
  }

  private void put(String name, double scale, long... shape) {
    int size = 1;
    for (long dimension : shape) {
      size *= (int) dimension;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (scale * (2 * random.nextDouble() - 1));
    }
    tensors.put(name, new SafetensorsFile.Floats(shape, values));
  }
}
