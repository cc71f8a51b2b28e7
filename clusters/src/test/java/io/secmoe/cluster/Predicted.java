// SPDX-License-Identifier: Apache-2.0
package io.secmoe.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.input.Rows;
import io.secmoe.model.plaintext.PlainResult;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Compares predictions that an application wrote with those of the plaintext model. */
final class Predicted {
  private static final double MIN_AGREEMENT = 0.995;
  private static final double MAX_UNUSUAL = 0.01;
  private static final double MAX_USUAL_DIFFERENCE = 0.05;
  private static final double MAX_DIFFERENCE = 0.15;

  private Predicted() {}

  /**
   * Asserts that all predictions are there and that they are the model's.
   *
   * @param rows with {@code prediction} and {@code logits}
   * @param given the same rows, in order, as the model takes them
   */
  static void assertPlain(Path model, List<JsonNode> rows, Rows given) {
    assertEquals(given.count(), rows.size(), "rows");
    PlainResult plain = FloatModel.load(model).run(given);
    int agreeing = 0;
    int unusual = 0;
    for (int i = 0; i < rows.size(); i++) {
      float[] logits = JsonLines.floats(rows.get(i).get("logits"));
      double difference = difference(plain.logits()[i], logits);
      assertTrue(difference <= MAX_DIFFERENCE, "row " + i + ": logits differ by " + difference);
      unusual += difference > MAX_USUAL_DIFFERENCE ? 1 : 0;
      agreeing += rows.get(i).get("prediction").intValue() == plain.predictions()[i] ? 1 : 0;
    }
    assertTrue(
        unusual <= MAX_UNUSUAL * rows.size(),
        "logits of " + unusual + " rows differ by more than " + MAX_USUAL_DIFFERENCE);
    assertTrue(
        agreeing >= MIN_AGREEMENT * rows.size(), agreeing + " of " + rows.size() + " labels agree");
  }

  private static double difference(double[] plain, float[] logits) {
    assertEquals(plain.length, logits.length);
    return IntStream.range(0, plain.length)
        .mapToDouble(i -> Math.abs(plain[i] - logits[i]))
        .max()
        .orElseThrow();
  }
}
