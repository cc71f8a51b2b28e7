package io.secmoe.spark.server;

import io.secmoe.model.LayerList;
import io.secmoe.model.LayerSpec;
import io.secmoe.model.MoeSpec;
import io.secmoe.moe.MoeLayer;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.Strategy;

/**
 * The peak of native memory an attempt is planned with, from public shapes only. It counts what is alive at once in the hungriest
 * layer: uploaded ciphertexts, one tile of outputs with three components, shares, and answers on their way; fixed costs (keys, NTT
 * tables, OT stocks, an elementwise tile with its intermediates) are a constant. An upper bound, kept simple on purpose.
 */
final class MemoryPlan {
  private static final long SLOTS = 8192;
  private static final long WORD = 8;
  /** Share vectors of one width that are alive at once. */
  private static final long VECTORS = 5;
  private static final long FIXED = 160L << 20;

  private MemoryPlan() {}

  /** Bytes on the server for a batch of {@code rows} rows. */
  static long server(LayerList layers, Strategy strategy, int rows) {
    long primes = layers.profile().topLevel();
    long peak = 0;
    for (LayerSpec layer : layers.layers()) {
      peak = Math.max(peak, layer instanceof MoeSpec moe
          ? moe(primes, moe.shape(), strategy, rows)
          : linear(primes, layer.inputs(), layer.outputs(), rows));
    }
    return FIXED + peak;
  }

  private static long moe(long primes, MoeShape shape, Strategy strategy, int rows) {
    boolean all = strategy == Strategy.ALL;
    long selectors = all ? 0 : shape.experts();
    long hidden = (long) shape.hidden() * (all ? shape.experts() : 1);
    long up = linear(primes, shape.width() + selectors, hidden, rows);
    long down = linear(primes, shape.hidden() + selectors, shape.width(), rows);
    return Math.max(up, down + (all ? hidden * rows * WORD : 0));
  }

  private static long linear(long primes, long inputs, long outputs, int rows) {
    long ciphertexts = 2 * primes * SLOTS * WORD * inputs;
    long tile = 3 * primes * SLOTS * WORD * Math.min(MoeLayer.TILE_ROWS, outputs);
    long shares = VECTORS * WORD * rows * Math.max(inputs, outputs);
    long answers = 2 * SLOTS * WORD * Math.min(MoeLayer.TILE_ROWS, outputs);
    return ciphertexts + tile + shares + answers;
  }
}
