// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.CalibrateCommand;
import io.secmoe.model.calibration.Calibration;
import io.secmoe.model.calibration.StoredCalibration;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.plaintext.PlainResult;
import io.secmoe.model.plaintext.Reference;
import io.secmoe.moe.Strategy;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The digits encoder: in plaintext against the transformers library's logits on all 1,797 images,
 * in private on some, its calibration.
 */
class DigitsEncoderTest {
  private static final Path DIGITS = Path.of("..", "notebooks", "digits");
  private static final Path MODEL = DIGITS.resolve("model");

  /** The library computes in single precision. */
  private static final double CLOSE = 1e-4;

  private static int[][] tokens;
  private static int[][] trainingTokens;
  private static double[][] logits;
  private static int[] labels;

  @BeforeAll
  static void readTables() throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate()) {
      Dataset<Row> images =
          spark.read().parquet(DIGITS.resolve("digits.parquet").toString()).orderBy("id");
      tokens = ids(images);
      trainingTokens = ids(images.where("split = 'train'"));
      List<Row> answers =
          spark
              .read()
              .parquet(DIGITS.resolve("reference.parquet").toString())
              .orderBy("id")
              .select("label", "logits")
              .collectAsList();
      labels = answers.stream().mapToInt(row -> row.getInt(0)).toArray();
      logits =
          answers.stream()
              .map(row -> row.<Float>getList(1).stream().mapToDouble(Float::doubleValue).toArray())
              .toArray(double[][]::new);
    }
    assertEquals(1797, tokens.length);
    assertEquals(1797, logits.length);
  }

  @Test
  void itSaysWhatTheLibrarySays() {
    PlainResult result = FloatModel.load(MODEL).run(tokens);
    for (int row = 0; row < tokens.length; row++) {
      double[] ours = result.logits()[row];
      assertTrue(difference(logits[row], i -> ours[i]) < CLOSE, "row " + row);
      assertEquals(labels[row], result.predictions()[row], "row " + row);
    }
  }

  /**
   * Rounding moves a logit by less than a hundredth; where a router wavers between two experts,
   * whichever it takes, by what training left there.
   */
  @Test
  void inPrivateItSaysTheSame() {
    int rows = 64;
    ServerModel model = ServerModel.load(MODEL);
    TokenRows some = new TokenRows(Arrays.copyOf(tokens, rows), 16);
    Predictions got;
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      got =
          parties
              .run(
                  c -> Inference.client(c, model.layers(), some, Strategy.SELECT),
                  s -> {
                    Inference.server(s, model, some.sequences(), Strategy.SELECT);
                    return null;
                  })
              .client();
    }
    assertArrayEquals(new boolean[rows], got.outOfRange());
    double[] differences = new double[rows];
    for (int row = 0; row < rows; row++) {
      float[] ours = got.logits()[row];
      differences[row] = difference(logits[row], i -> ours[i]);
      assertEquals(labels[row], got.classes()[row], "row " + row);
    }
    Arrays.sort(differences);
    System.err.println(
        "digits encoder, private against the library: logits differ by at most "
            + differences[rows - 1]
            + ", half of the rows by at most "
            + differences[rows / 2]);
    assertTrue(
        differences[rows - 1] < 0.15 && differences[rows / 2] < 0.01, Arrays.toString(differences));
  }

  @Test
  void theCalibrationBesideTheModelIsWhatTheTrainingImagesGive(@TempDir Path copy)
      throws Exception {
    StoredCalibration.assertWhatGives(
        MODEL, copy, directory -> CalibrateCommand.run(directory, trainingTokens));
  }

  /**
   * None of all 1,797 images may be marked for leaving a range, including those that are not
   * calibrated on.
   */
  @Test
  void noImageComesNearTheEndOfARange() {
    FloatModel model = FloatModel.load(MODEL);
    Calibration calibration = Calibration.read(MODEL, model.weightsDigest());
    Map<String, Double> largest = new TreeMap<>();
    model.run(
        TokenRows.padded(tokens),
        Reference.Detour.NONE,
        (name, values) ->
            largest.merge(name, Arrays.stream(values).map(Math::abs).max().orElse(0), Math::max));
    largest.forEach(
        (name, value) ->
            assertTrue(
                value < 0.68 * Math.scalb(1.0, calibration.bits(name)),
                name + " reaches " + value));
  }

  private static double difference(double[] theirs, IntToDoubleFunction ours) {
    return IntStream.range(0, theirs.length)
        .mapToDouble(i -> Math.abs(ours.applyAsDouble(i) - theirs[i]))
        .max()
        .orElseThrow();
  }

  private static int[][] ids(Dataset<Row> images) {
    return images.select("tokens").collectAsList().stream()
        .map(row -> row.<Integer>getList(0).stream().mapToInt(Integer::intValue).toArray())
        .toArray(int[][]::new);
  }
}
