// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.inference.ServerModel;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StatisticalLossTest {
  private static final Path DIGITS = Path.of("../notebooks/digits");
  private static final Sequences BATCH = new Sequences(8192, 1);
  private static final Sequences IMAGES = new Sequences(512, 16);

  private final LayerList digits = ServerModel.load(DIGITS.resolve("token-wise/model")).layers();
  private final LayerList encoder = ServerModel.load(DIGITS.resolve("model")).layers();

  @Test
  void isSmallForTheDefaultParameters() {
    for (Strategy strategy : Strategy.values()) {
      double bits = StatisticalLoss.log2(digits, strategy, BATCH);
      assertTrue(bits < -32 && bits > -60, strategy + ": " + bits);
    }
  }

  @Test
  void growsWithTheNumberOfAnswers() {
    assertTrue(
        StatisticalLoss.log2(digits, Strategy.ALL, BATCH)
            > StatisticalLoss.log2(digits, Strategy.SELECT, BATCH));
  }

  @Test
  void anEncoderAnswersMoreOftenAndStaysSmall() {
    double bits = StatisticalLoss.log2(encoder, Strategy.SELECT, IMAGES);
    assertTrue(
        bits < -28 && bits > StatisticalLoss.log2(digits, Strategy.SELECT, BATCH),
        "encoder: " + bits);
    assertTrue(StatisticalLoss.log2(encoder, Strategy.SELECT, new Sequences(1, 16)) < bits);
  }
}
