// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.model.layers.LayerList;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.memory.MemoryPlan;
import java.util.Arrays;
import java.util.Optional;

/** Checks that a server has the memory to serve its own model, before any client comes. */
final class ServerMemory {
  private static final Sequences SMALLEST = new Sequences(1, 1);

  private ServerMemory() {}

  /**
   * Says what does not fit if full batches do not, for the model's owner.
   *
   * @param budget {@code spark.secmoe.memory}
   * @throws ConfException naming the key and the size that is needed if no attempt fits, whatever a
   *     client asks for
   */
  static Optional<String> check(LayerList layers, long budget) {
    long least =
        Arrays.stream(Strategy.values())
            .mapToLong(strategy -> MemoryPlan.server(layers, strategy, SMALLEST))
            .min()
            .orElseThrow();
    if (least > budget) {
      throw new ConfException(
          "configuration key "
              + SecMoeConf.MEMORY.key()
              + " is "
              + mebibytes(budget)
              + "m, and an attempt at a single row"
              + " of this model needs "
              + mebibytes(least)
              + "m; full batches need "
              + mebibytes(full(layers))
              + "m. Raise it, and spark.executor.memoryOverhead with it (in local mode, the memory"
              + " of the machine beside the heap)");
    }
    return full(layers) <= budget
        ? Optional.empty()
        : Optional.of(
            "full batches of "
                + largest(layers)
                + " need "
                + mebibytes(full(layers))
                + "m of native memory and are refused, since "
                + SecMoeConf.MEMORY.key()
                + " is "
                + mebibytes(budget)
                + "m; raise it, or tell clients to"
                + " lower "
                + SecMoeConf.BATCH_ROWS.key());
  }

  /** Returns the memory of the batches that clients ask for by default. */
  private static long full(LayerList layers) {
    return MemoryPlan.server(layers, Strategy.SELECT, largest(layers));
  }

  private static Sequences largest(LayerList layers) {
    int length = layers.input().longest();
    return new Sequences(Sequences.MAX_TOKENS / length, length);
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1L << 20) - 1) >> 20;
  }
}
