package io.secmoe.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The digits encoder: our plaintext reference against the transformers library on all 1,797 images, and its calibration file. */
class DigitsEncoderTest {
  private static final Path DIGITS = Path.of("..", "notebooks", "digits", "encoder");
  private static final Path MODEL = DIGITS.resolve("model");

  private static int[][] tokens;
  private static int[][] trainingTokens;
  private static double[][] reference;

  @BeforeAll
  static void readTables() throws Exception {
    try (SparkSession spark = SparkSession.builder().master("local[1]").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()) {
      String table = DIGITS.resolve("digits.parquet").toString();
      tokens = ids(spark.read().parquet(table).orderBy("id").select("tokens").collectAsList());
      trainingTokens = ids(spark.read().parquet(table).where("split = 'train'").orderBy("id").select("tokens").collectAsList());
      reference = spark.read().parquet(DIGITS.resolve("reference.parquet").toString()).orderBy("id").select("logits").collectAsList()
          .stream().map(row -> row.<Float>getList(0).stream().mapToDouble(Float::doubleValue).toArray()).toArray(double[][]::new);
    }
    assertEquals(1797, tokens.length);
    assertEquals(1797, reference.length);
  }

  @Test
  void theReferenceIsTheLibrarys() {
    PlainResult result = FloatModel.load(MODEL).run(tokens);
    for (int row = 0; row < reference.length; row++) {
      assertArrayEquals(reference[row], result.logits()[row], 1e-3, "row " + row);
    }
    int[] predictions = result.predictions();
    assertEquals(1797, IntStream.range(0, 1797).filter(row -> predictions[row] == PlainMath.argmax(reference[row])).count());
  }

  @Test
  void theCalibrationBesideTheModelIsWhatTheTrainingImagesGive(@TempDir Path copy) throws Exception {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(MODEL.resolve(file), copy.resolve(file));
    }
    Calibration measured = CalibrateCommand.run(copy, trainingTokens);
    Calibration stored = Calibration.read(MODEL, measured.weightsDigest());
    assertEquals(measured.samples(), stored.samples());
    assertEquals(measured.fractions(), stored.fractions());
    assertEquals(measured.t(), stored.t());
    assertEquals(measured.ranges().keySet(), stored.ranges().keySet());
    measured.ranges().forEach((name, range) -> {
      assertEquals(range.bits(), stored.ranges().get(name).bits(), name);
      assertEquals(range.largest(), stored.ranges().get(name).largest(), 1e-9 * range.largest(), name);
    });
    assertEquals(10, ServerModel.load(MODEL).layers().classes());
  }

  private static int[][] ids(List<Row> rows) {
    return rows.stream().map(row -> row.<Integer>getList(0).stream().mapToInt(Integer::intValue).toArray()).toArray(int[][]::new);
  }
}
