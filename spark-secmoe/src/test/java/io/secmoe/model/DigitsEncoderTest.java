package io.secmoe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The digits encoder in plaintext: our reference against the library's logits on all 1,797 images, and its calibration file. */
class DigitsEncoderTest {
  private static final Path DIGITS = Path.of("..", "notebooks", "digits");

  private static final Path MODEL = DIGITS.resolve("model");

  /** The library computes in single precision. */
  private static final double CLOSE = 1e-4;

  @Test
  void itSaysWhatTheLibrarySays() throws Exception {
    int[][] images = images("true");
    List<Row> answers = rows("reference.parquet", "true", "label", "logits");
    assertEquals(1797, images.length);
    assertEquals(1797, answers.size());
    PlainResult result = FloatModel.load(MODEL).run(images);
    for (int row = 0; row < images.length; row++) {
      List<Float> logits = answers.get(row).getList(1);
      for (int i = 0; i < logits.size(); i++) {
        assertEquals(logits.get(i), result.logits()[row][i], CLOSE, "row " + row);
      }
      assertEquals(answers.get(row).getInt(0), result.predictions()[row], "row " + row);
    }
  }

  @Test
  void theCalibrationBesideTheModelIsWhatTheTrainingImagesGive(@TempDir Path copy) throws Exception {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(MODEL.resolve(file), copy.resolve(file));
    }
    Calibration measured = CalibrateCommand.run(copy, images("split = 'train'"));
    Calibration stored = Calibration.read(MODEL, measured.weightsDigest());
    assertEquals(measured.samples(), stored.samples());
    assertEquals(measured.fractions(), stored.fractions());
    assertEquals(measured.t(), stored.t());
    assertEquals(measured.ranges().keySet(), stored.ranges().keySet());
    measured.ranges().forEach((name, range) -> {
      assertEquals(range.bits(), stored.ranges().get(name).bits(), name);
      assertEquals(range.largest(), stored.ranges().get(name).largest(), 1e-9 * range.largest(), name);
    });
  }

  private static int[][] images(String condition) throws Exception {
    return rows("digits.parquet", condition, "tokens").stream()
        .map(row -> row.<Integer>getList(0).stream().mapToInt(Integer::intValue).toArray()).toArray(int[][]::new);
  }

  private static List<Row> rows(String table, String condition, String column, String... more) throws Exception {
    try (SparkSession spark = SparkSession.builder().master("local[1]").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()) {
      return spark.read().parquet(DIGITS.resolve(table).toString()).where(condition).orderBy("id").select(column, more).collectAsList();
    }
  }
}
