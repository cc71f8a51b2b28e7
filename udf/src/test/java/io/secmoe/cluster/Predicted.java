package io.secmoe.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.secmoe.model.FloatModel;
import io.secmoe.model.PlainResult;
import java.nio.file.Path;
import java.util.List;

/** Compares predictions that an application wrote with those of the plaintext model. */
final class Predicted {
  private static final double LEAST_AGREEMENT = 0.995;
  private static final double MOST_DIFFERENCE = 0.05;

  private Predicted() {}

  /**
   * Asserts that all predictions are there and that they are the model's.
   *
   * @param rows with {@code prediction} and {@code logits}
   * @param features of the same rows, in order
   */
  static void assertPlain(Path model, List<JsonNode> rows, float[][] features) {
    assertEquals(features.length, rows.size(), "rows");
    PlainResult plain = FloatModel.load(model).run(features);
    int agreeing = 0;
    for (int i = 0; i < features.length; i++) {
      float[] logits = JsonLines.floats(rows.get(i).get("logits"));
      assertEquals(plain.logits()[i].length, logits.length);
      for (int c = 0; c < logits.length; c++) {
        assertEquals(plain.logits()[i][c], logits[c], MOST_DIFFERENCE, "row " + i);
      }
      agreeing += rows.get(i).get("prediction").intValue() == plain.predictions()[i] ? 1 : 0;
    }
    assertTrue(agreeing >= LEAST_AGREEMENT * features.length, agreeing + " of " + features.length + " labels agree");
  }
}
