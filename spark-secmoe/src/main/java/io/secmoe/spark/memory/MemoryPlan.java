// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.memory;

import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.LayerMemory;
import io.secmoe.model.layers.LayerSpec;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;
import java.util.function.ToLongBiFunction;

/**
 * The peak of native memory an attempt is planned with, from public shapes only: what is alive at
 * once in the hungriest layer ({@link LayerMemory}), and beside it fixed costs (keys, NTT tables,
 * SoftSpoken OTs, an elementwise tile with its intermediates), which are a constant; silent OTs
 * have the memory that the profile gives them, beside what they are made from. An upper bound, kept
 * simple on purpose; resident memory over that of an idle JVM, as the benchmark shows it, stays
 * below or within a tenth of it.
 */
public final class MemoryPlan {
  private static final long SERVER_FIXED = 192L << 20;
  private static final long CLIENT_FIXED = 160L << 20;

  /**
   * The correlations that silent extensions of both directions start from: 8.4 MiB each, twice
   * while they are replaced.
   */
  private static final long SILENT_INPUTS = 4 * 9L << 20;

  private MemoryPlan() {}

  /** Bytes on the server for a batch of this shape. */
  public static long server(LayerList layers, Strategy strategy, Sequences batch) {
    return SERVER_FIXED
        + silent(layers.profile())
        + hungriest(layers, strategy, batch, (layer, memory) -> layer.serverMemory(memory));
  }

  /** Bytes on the client for a batch of this shape. */
  public static long client(LayerList layers, Strategy strategy, Sequences batch) {
    return CLIENT_FIXED
        + silent(layers.profile())
        + hungriest(layers, strategy, batch, (layer, memory) -> layer.clientMemory(memory));
  }

  private static long hungriest(
      LayerList layers,
      Strategy strategy,
      Sequences batch,
      ToLongBiFunction<LayerSpec<?>, LayerMemory> bytes) {
    long most = 0;
    Sequences shape = batch;
    for (LayerSpec<?> layer : layers.layers()) {
      most =
          Math.max(
              most,
              bytes.applyAsLong(
                  layer, new LayerMemory(layers.profile().topLevel(), strategy, shape)));
      shape = layer.after(shape);
    }
    return most;
  }

  private static long silent(Profile profile) {
    return profile.ot() == OtExtension.SILENT ? profile.otMemory() + SILENT_INPUTS : 0;
  }
}
