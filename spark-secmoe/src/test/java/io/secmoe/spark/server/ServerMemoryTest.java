// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.model.layers.LayerList;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.spark.Parties;
import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.memory.MemoryPlan;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that could serve nobody does not start. */
@Timeout(120)
class ServerMemoryTest {
  @TempDir Path folder;

  @Test
  void aServerWithoutRoomForOneRowDoesNotStart() {
    Path model = SmallModel.write(folder.resolve("model"));
    ConfException e =
        assertThrows(
            ConfException.class,
            () -> new Parties(folder, model, Map.of(SecMoeConf.MEMORY.key(), "64m")).close());
    LayerList layers = ServerModel.load(model).layers();
    long least =
        Arrays.stream(Strategy.values())
            .mapToLong(strategy -> MemoryPlan.server(layers, strategy, new Sequences(1, 1)))
            .min()
            .orElseThrow();
    assertTrue(
        e.getMessage()
            .startsWith(
                "configuration key spark.secmoe.memory is 64m, and an attempt at a single row of"
                    + " this model needs "
                    + ((least + (1 << 20) - 1) >> 20)
                    + "m"),
        e.getMessage());
    assertTrue(e.getMessage().contains("spark.executor.memoryOverhead"), e.getMessage());
  }

  @Test
  void whereFullBatchesDoNotFitTheOwnerIsTold() {
    LayerList layers = ServerModel.load(SmallModel.write(folder.resolve("model"))).layers();
    long full = MemoryPlan.server(layers, Strategy.SELECT, new Sequences(8192, 1));
    assertEquals(Optional.empty(), ServerMemory.check(layers, full));
    String note = ServerMemory.check(layers, full - 1).orElseThrow();
    assertTrue(
        note.startsWith("full batches of 8192 rows need ") && note.contains("spark.secmoe.memory"),
        note);
  }
}
