package io.secmoe.spark.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.LayerList;
import io.secmoe.model.ServerModel;
import io.secmoe.moe.Sequences;
import io.secmoe.moe.Strategy;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final Sequences BATCH = new Sequences(8192, 1);
  private static final LayerList DIGITS = ServerModel.load(Path.of("..", "notebooks", "digits", "token-wise", "model")).layers();

  /** The benchmark at this model's sparse layer peaks 380 MiB above an idle JVM on the client, heap included, and 550 MiB on the server. */
  @Test
  void thePlanOfTheExampleIsNearWhatWasMeasured() {
    between(260, 450, MemoryPlan.client(DIGITS, Strategy.SELECT, BATCH));
    between(500, 700, MemoryPlan.server(DIGITS, Strategy.SELECT, BATCH));
  }

  @Test
  void theExamplesDefaultsHaveRoomForThreeAttemptsOnEitherSide() {
    long budget = 2L << 30;
    assertEquals(3, budget / MemoryPlan.server(DIGITS, Strategy.SELECT, BATCH));
    assertTrue(budget / MemoryPlan.client(DIGITS, Strategy.SELECT, BATCH) >= 3);
  }

  @Test
  void rowsAndTheBaselineCost() {
    assertTrue(MemoryPlan.client(DIGITS, Strategy.SELECT, new Sequences(1, 1)) < MemoryPlan.client(DIGITS, Strategy.SELECT, BATCH));
    assertTrue(MemoryPlan.client(DIGITS, Strategy.ALL, BATCH) > MemoryPlan.client(DIGITS, Strategy.SELECT, BATCH));
    assertTrue(MemoryPlan.server(DIGITS, Strategy.ALL, BATCH) > MemoryPlan.server(DIGITS, Strategy.SELECT, BATCH));
  }

  @Test
  void silentOtsHaveTheMemoryThatTheProfileGivesThem() {
    LayerList softSpoken = new LayerList(DIGITS.fractionBits(), DIGITS.input(), DIGITS.labels(),
        DIGITS.profile().with(OtExtension.SOFTSPOKEN_4), DIGITS.output(), DIGITS.layers());
    long more = MemoryPlan.client(DIGITS, Strategy.SELECT, BATCH) - MemoryPlan.client(softSpoken, Strategy.SELECT, BATCH);
    assertEquals(Profile.OT_MEMORY >> 20, more >> 20, 20);
    assertEquals(more, MemoryPlan.server(DIGITS, Strategy.SELECT, BATCH) - MemoryPlan.server(softSpoken, Strategy.SELECT, BATCH));
  }

  private static void between(long least, long most, long bytes) {
    assertTrue(bytes >> 20 >= least && bytes >> 20 <= most, (bytes >> 20) + " MiB");
  }
}
