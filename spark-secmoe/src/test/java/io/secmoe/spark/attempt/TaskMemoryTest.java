// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.attempt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.spark.Parties;
import io.secmoe.spark.Tables;
import io.secmoe.spark.client.ClientPlugin;
import io.secmoe.spark.client.PrivateInference;
import io.secmoe.spark.memory.MemoryBudget;
import io.secmoe.spark.remote.Columns;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client's attempts reserve what they are planned with. */
@Timeout(180)
class TaskMemoryTest {
  /** Room for one attempt at the small model, not for two. */
  private static final long BYTES = 300L << 20;

  @TempDir Path folder;

  @Test
  void attemptsWaitForRoomAndTooLittleIsNamed() throws Exception {
    try (Parties parties =
        new Parties(folder, SmallModel.write(folder.resolve("model")), Map.of())) {
      PrivateInference narrow = connect(parties, BYTES);
      assertEquals(
          12,
          narrow
              .infer(Tables.small(parties.spark(), 12, 3), Columns.DEFAULT)
              .collectAsList()
              .size());
      List<long[]> times =
          narrow.reports().stream()
              .map(report -> new long[] {report.times().started(), report.times().ended()})
              .sorted((a, b) -> Long.compare(a[0], b[0]))
              .toList();
      assertEquals(3, times.size());
      for (int i = 1; i < times.size(); i++) {
        assertTrue(times.get(i)[0] >= times.get(i - 1)[1], "two attempts at a time");
      }
      assertEquals(0, MemoryBudget.ofThisJvm(BYTES).reserved());

      PrivateInference starving = connect(parties, 64L << 20);
      assertThrows(
          Exception.class,
          () ->
              starving.infer(Tables.small(parties.spark(), 2, 1), Columns.DEFAULT).collectAsList());
      String word = ClientPlugin.lastWord().orElseThrow();
      assertTrue(
          word.contains("a batch of 2 rows needs 2")
              && word.contains(
                  "spark.secmoe.memory is 64 MiB; raise it, with "
                      + "spark.executor.memoryOverhead, or lower spark.secmoe.batch.rows"),
          word);
    }
  }

  private static PrivateInference connect(Parties parties, long memory) {
    return PrivateInference.connect(
        parties.spark(),
        parties.client(
            Map.of(
                "spark.secmoe.memory",
                Long.toString(memory),
                "spark.secmoe.batch.rebalance",
                "false")));
  }
}
