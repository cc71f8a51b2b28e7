// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.CalibrateCommand;
import io.secmoe.model.calibration.StoredCalibration;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.plaintext.PlainMath;
import io.secmoe.model.plaintext.PlainResult;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The token-wise digits model: our plaintext references against PyTorch's logits on all 1,797
 * images, and its calibration file.
 */
class DigitsModelTest {
  private static final Path DIGITS = Path.of("..", "notebooks", "digits");
  private static final Path MODEL = DIGITS.resolve("token-wise").resolve("model");

  private static float[][] features;
  private static float[][] trainingFeatures;
  private static float[][] reference;

  @BeforeAll
  static void readTables() throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate()) {
      String table = DIGITS.resolve("digits.parquet").toString();
      features =
          arrays(spark.read().parquet(table).orderBy("id").select("features").collectAsList());
      trainingFeatures =
          arrays(
              spark
                  .read()
                  .parquet(table)
                  .where("split = 'train'")
                  .orderBy("id")
                  .select("features")
                  .collectAsList());
      reference =
          arrays(
              spark
                  .read()
                  .parquet(DIGITS.resolve("token-wise").resolve("reference.parquet").toString())
                  .orderBy("id")
                  .select("logits")
                  .collectAsList());
    }
    assertEquals(1797, features.length);
    assertEquals(1797, reference.length);
  }

  @Test
  void theFloatModelIsPyTorchs() {
    PlainResult result = FloatModel.load(MODEL).run(features);
    double difference = largestDifference(result);
    assertTrue(difference < 1e-3, "largest difference " + difference);
    assertEquals(1797, agreements(result));
  }

  @Test
  void theFixedPointModelIsClose() {
    PlainResult result = FixedPointModel.of(ServerModel.load(MODEL)).run(features);
    double difference = largestDifference(result);
    System.err.println(
        "digits, fixed point against PyTorch: largest logit difference "
            + difference
            + ", "
            + agreements(result)
            + " of 1797 labels equal");
    assertTrue(difference < 0.05, "largest difference " + difference);
    assertTrue(agreements(result) >= 1797 * 0.998, agreements(result) + " labels agree");
  }

  @Test
  void theCalibrationBesideTheModelIsWhatTheTrainingImagesGive(@TempDir Path copy)
      throws Exception {
    StoredCalibration.assertWhatGives(
        MODEL, copy, directory -> CalibrateCommand.run(directory, trainingFeatures));
  }

  private static float[][] arrays(List<Row> rows) {
    return rows.stream()
        .map(
            row -> {
              List<Float> list = row.getList(0);
              float[] values = new float[list.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = list.get(i);
              }
              return values;
            })
        .toArray(float[][]::new);
  }

  private static double largestDifference(PlainResult result) {
    double largest = 0;
    for (int row = 0; row < reference.length; row++) {
      for (int i = 0; i < reference[row].length; i++) {
        largest = Math.max(largest, Math.abs(result.logits()[row][i] - reference[row][i]));
      }
    }
    return largest;
  }

  private static int agreements(PlainResult result) {
    int[] predictions = result.predictions();
    int equal = 0;
    for (int row = 0; row < reference.length; row++) {
      double[] expected = new double[reference[row].length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = reference[row][i];
      }
      equal += predictions[row] == PlainMath.argmax(expected) ? 1 : 0;
    }
    return equal;
  }
}
