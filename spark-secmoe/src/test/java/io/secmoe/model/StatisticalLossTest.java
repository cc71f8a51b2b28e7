package io.secmoe.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.moe.Strategy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StatisticalLossTest {
  private final LayerList digits = ServerModel.load(Path.of("../notebooks/digits/model")).layers();

  @Test
  void isSmallForTheDefaultParameters() {
    for (Strategy strategy : Strategy.values()) {
      double bits = StatisticalLoss.log2(digits, strategy, 8192);
      assertTrue(bits < -32 && bits > -60, strategy + ": " + bits);
    }
  }

  @Test
  void growsWithTheNumberOfAnswers() {
    assertTrue(StatisticalLoss.log2(digits, Strategy.ALL, 8192) > StatisticalLoss.log2(digits, Strategy.SELECT, 8192));
  }
}
