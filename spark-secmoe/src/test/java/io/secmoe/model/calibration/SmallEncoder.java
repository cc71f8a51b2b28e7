// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.model.checkpoint.ModelFiles;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.plaintext.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * Tiny Switch Transformers that the transformers library made, calibrated, for tests of other
 * packages.
 */
public final class SmallEncoder {
  /** Ids of the model of one layer. */
  public static final int VOCABULARY = 11;

  /** Features of its tokens. */
  public static final int WIDTH = 12;

  /** Most tokens of a row that {@link #rows} makes; the models take up to 32. */
  public static final int LONG = 9;

  private static final ObjectMapper JSON = new ObjectMapper();

  private SmallEncoder() {}

  /** Returns one layer, whose answers are every token's features. */
  public static Path write(Path directory) {
    return write(directory, "one-layer", VOCABULARY, null);
  }

  /** Writes the encoder whose answers are the means over a row's tokens. */
  public static Path writePooled(Path directory) {
    return write(directory, "one-layer", VOCABULARY, "mean");
  }

  /** Returns two layers that tell cats, dogs and newts apart, 53 ids. */
  public static Path writeClassifier(Path directory) {
    return write(directory, "classifier-mean", 53, "mean");
  }

  private static Path write(Path directory, String name, int vocabulary, String pooling) {
    try {
      Files.createDirectories(directory);
      Files.write(directory.resolve(ModelFiles.WEIGHTS), resource(name, ModelFiles.WEIGHTS));
      ObjectNode config = (ObjectNode) JSON.readTree(resource(name, ModelFiles.CONFIG));
      if (pooling != null) {
        config.put("classifier_pooling", pooling);
      }
      Files.write(directory.resolve(ModelFiles.CONFIG), JSON.writeValueAsBytes(config));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CalibrateCommand.run(directory, rows(1, 100, vocabulary));
    return directory;
  }

  private static byte[] resource(String name, String file) throws IOException {
    try (InputStream in =
        SmallEncoder.class.getResourceAsStream("/io/secmoe/model/switch/" + name + "/" + file)) {
      return in.readAllBytes();
    }
  }

  /** Returns rows of 1 to {@link #LONG} ids. */
  public static int[][] rows(long seed, int count, int vocabulary) {
    Random random = new Random(seed);
    int[][] rows = new int[count][];
    for (int row = 0; row < count; row++) {
      rows[row] = random.ints(1 + random.nextInt(LONG), 0, vocabulary).toArray();
    }
    return rows;
  }

  /**
   * Returns the least difference between the logits of a row's two best experts, over the row's
   * tokens. Where it is no larger than the error of fixed-point arithmetic, either expert is a
   * right choice, and the row has two right answers.
   */
  public static double margin(Path directory, int[] ids) {
    double[] least = {Double.MAX_VALUE};
    FloatModel.load(directory)
        .run(
            TokenRows.padded(new int[][] {ids}),
            Reference.Detour.NONE,
            (name, values) -> {
              if (name.endsWith(".1.logits")) {
                double[] sorted = values.clone();
                Arrays.sort(sorted);
                least[0] =
                    Math.min(least[0], sorted[sorted.length - 1] - sorted[sorted.length - 2]);
              }
            });
    return least[0];
  }

  /** Returns the plaintext model's embedding of every row. */
  public static double[][] embeddings(Path directory, int[][] ids) {
    return FloatModel.load(directory).run(ids).embeddings();
  }
}
