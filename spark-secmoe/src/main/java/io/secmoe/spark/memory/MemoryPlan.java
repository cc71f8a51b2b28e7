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
 * Plans the peak of an attempt's native memory from public shapes only. It is the memory that is
 * alive at once in the layer that needs most ({@link LayerMemory}), and constant costs beside it:
 * keys, NTT tables, SoftSpoken OTs, and an elementwise tile with its intermediates. Silent OTs have
 * the memory that the profile gives them, and the memory of the correlations they are made from.
 * The plan is an upper bound and simple on purpose. The benchmark shows that resident memory, less
 * that of an idle JVM, stays below it or within a tenth of it.
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

  /** Returns the server's bytes for a batch of this shape. */
  public static long server(LayerList layers, Strategy strategy, Sequences batch) {
    return SERVER_FIXED
        + silent(layers.profile())
        + hungriest(layers, strategy, batch, (layer, memory) -> layer.serverMemory(memory));
  }

  /** Returns the client's bytes for a batch of this shape. */
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
