package io.secmoe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** The digits encoder in plaintext: our reference against the transformers library's logits on all 1,797 images. */
class DigitsEncoderTest {
  private static final Path DIGITS = Path.of("..", "notebooks", "digits");

  /** The library computes in single precision. */
  private static final double CLOSE = 1e-4;

  @Test
  void itSaysWhatTheLibrarySays() throws Exception {
    List<Row> images;
    List<Row> answers;
    try (SparkSession spark = SparkSession.builder().master("local[1]").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()) {
      images = spark.read().parquet(DIGITS.resolve("digits.parquet").toString()).orderBy("id").select("tokens").collectAsList();
      answers = spark.read().parquet(DIGITS.resolve("reference.parquet").toString()).orderBy("id").select("label", "logits").collectAsList();
    }
    assertEquals(1797, images.size());
    assertEquals(1797, answers.size());
    PlainResult result = FloatModel.load(DIGITS.resolve("model")).run(images.stream().map(DigitsEncoderTest::ids).toArray(int[][]::new));
    for (int row = 0; row < images.size(); row++) {
      List<Float> logits = answers.get(row).getList(1);
      for (int i = 0; i < logits.size(); i++) {
        assertEquals(logits.get(i), result.logits()[row][i], CLOSE, "row " + row);
      }
      assertEquals(answers.get(row).getInt(0), result.predictions()[row], "row " + row);
    }
  }

  private static int[] ids(Row row) {
    return row.<Integer>getList(0).stream().mapToInt(Integer::intValue).toArray();
  }
}
