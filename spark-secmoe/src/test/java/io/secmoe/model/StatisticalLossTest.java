package io.secmoe.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.moe.Sequences;
import io.secmoe.moe.Strategy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StatisticalLossTest {
  private static final Sequences BATCH = new Sequences(8192, 1);

  private final LayerList digits = ServerModel.load(Path.of("../notebooks/digits/token-wise/model")).layers();

  @Test
  void isSmallForTheDefaultParameters() {
    for (Strategy strategy : Strategy.values()) {
      double bits = StatisticalLoss.log2(digits, strategy, BATCH);
      assertTrue(bits < -32 && bits > -60, strategy + ": " + bits);
    }
  }

  @Test
  void growsWithTheNumberOfAnswers() {
    assertTrue(StatisticalLoss.log2(digits, Strategy.ALL, BATCH) > StatisticalLoss.log2(digits, Strategy.SELECT, BATCH));
  }
}
