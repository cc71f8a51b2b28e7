package io.secmoe.spark.task;

import io.secmoe.linear.SelectLinear;
import io.secmoe.model.LayerList;
import io.secmoe.model.LayerSpec;
import io.secmoe.model.MoeSpec;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.Sequences;
import io.secmoe.moe.Strategy;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;

/**
 * The peak of native memory an attempt is planned with, from public shapes only. It counts what is alive at once in the hungriest
 * layer: shares on both sides, and on the server uploaded ciphertexts, one tile of outputs with three components, and answers on their
 * way; fixed costs (keys, NTT tables, SoftSpoken OTs, an elementwise tile with its intermediates) are a constant, and silent OTs have
 * the memory that the profile gives them, beside what they are made from. An upper bound, kept simple
 * on purpose; resident memory over that of an idle JVM, as the benchmark shows it, stays below or within a tenth of it.
 */
public final class MemoryPlan {
  private static final long SLOTS = 8192;
  private static final long WORD = 8;
  /** Share vectors of one width that are alive at once. */
  private static final long VECTORS = 5;
  private static final long SERVER_FIXED = 192L << 20;
  private static final long CLIENT_FIXED = 160L << 20;
  /** The correlations that silent extensions of both directions start from: 4 MiB each, twice while they are replaced. */
  private static final long SILENT_INPUTS = 4 * 5L << 20;

  private MemoryPlan() {}

  /** Bytes on the server for a batch of this shape. */
  public static long server(LayerList layers, Strategy strategy, Sequences shape) {
    long primes = layers.profile().topLevel();
    long peak = 0;
    int tokens = shape.tokens();
    for (LayerSpec layer : layers.layers()) {
      peak = Math.max(peak, layer instanceof MoeSpec moe
          ? moe(primes, moe.shape(), strategy, tokens)
          : linear(primes, layer.inputs(), layer.outputs(), tokens));
    }
    return SERVER_FIXED + silent(layers.profile()) + peak;
  }

  /** Bytes on the client for a batch of this shape: its ciphertexts and the answers come and go a few at a time. */
  public static long client(LayerList layers, Strategy strategy, Sequences shape) {
    long widest = 0;
    for (LayerSpec layer : layers.layers()) {
      widest = Math.max(widest, Math.max(layer.inputs(), layer.outputs()));
      if (layer instanceof MoeSpec moe) {
        boolean all = strategy == Strategy.ALL;
        long experts = moe.shape().experts();
        widest = Math.max(widest, all ? moe.shape().expert().hidden() * experts : moe.shape().expert().hidden() + experts);
      }
    }
    return CLIENT_FIXED + silent(layers.profile()) + VECTORS * WORD * shape.tokens() * widest;
  }

  private static long silent(Profile profile) {
    return profile.ot() == OtExtension.SILENT ? profile.otMemory() + SILENT_INPUTS : 0;
  }

  private static long moe(long primes, MoeShape shape, Strategy strategy, int tokens) {
    boolean all = strategy == Strategy.ALL;
    long selectors = all ? 0 : shape.experts();
    long hidden = (long) shape.expert().hidden() * (all ? shape.experts() : 1);
    long up = linear(primes, shape.expert().width() + selectors, hidden, tokens);
    long down = linear(primes, shape.expert().hidden() + selectors, shape.expert().width(), tokens);
    return Math.max(up, down + (all ? hidden * tokens * WORD : 0));
  }

  private static long linear(long primes, long inputs, long outputs, int tokens) {
    long ciphertexts = 2 * primes * SLOTS * WORD * inputs;
    long tile = 3 * primes * SLOTS * WORD * Math.min(SelectLinear.TILE_ROWS, outputs);
    long shares = VECTORS * WORD * tokens * Math.max(inputs, outputs);
    long answers = 2 * SLOTS * WORD * Math.min(SelectLinear.TILE_ROWS, outputs);
    return ciphertexts + tile + shares + answers;
  }
}
