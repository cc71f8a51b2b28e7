// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import io.secmoe.jni.NativeException;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.directory.Checkpoint;
import io.secmoe.model.family.Architecture;
import io.secmoe.model.input.InputSpec;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.Output;
import io.secmoe.model.layers.StatisticalLoss;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.Profile;
import io.secmoe.ring.Modulus;
import java.util.List;
import java.util.Map;

/**
 * Chooses everything that serving a model needs from its measured ranges: the smallest plaintext
 * prime with which every value fits, and every scale. A prime is taken only if the encryption is
 * secure with it and floods all answers by at least {@value #FLOOD_BITS} bits.
 */
record Calibrator(Checkpoint checkpoint, Map<String, Range> ranges) {
  private static final int FLOOD_BITS = 40;

  /** The longer chain, which has room for a larger t. */
  private static final List<Integer> WIDE_CHAIN = List.of(60, 60, 60, 38);

  /** Primes of 42 and 43 bits, ≡ 1 modulo 2^24 like the default. */
  private static final List<Modulus> LARGER =
      List.of(new Modulus(4397929070593L), new Modulus(8795824586753L));

  /**
   * Chooses for a profile, whose own prime comes first. If nothing fits, the exception names the
   * tensor that does not fit that prime.
   */
  Calibration choose(Profile profile, String weightsDigest, int samples) {
    try {
      return choose(ranges, profile, weightsDigest, samples);
    } catch (ModelException e) {
      for (Modulus t : LARGER) {
        if (t.value() > profile.t().value()) {
          try {
            return choose(ranges, profile.with(WIDE_CHAIN, t), weightsDigest, samples);
          } catch (ModelException stillTooLarge) {
            e.addSuppressed(stillTooLarge);
          }
        }
      }
      throw e;
    }
  }

  private Calibration choose(
      Map<String, Range> ranges, Profile profile, String weightsDigest, int samples) {
    Architecture architecture = checkpoint.architecture();
    ChosenScales scales = new ChosenScales(ranges, profile);
    for (Output output : architecture.outputs()) {
      requireFlooding(
          architecture.plan(checkpoint.tensors(), scales, output).list(profile, output));
    }
    return new Calibration(
        weightsDigest, samples, ranges, scales.chosen(), profile.primeBits(), profile.t());
  }

  private static void requireFlooding(LayerList layers) {
    // The paper's literal order is for comparisons, and is available where it fits.
    for (Strategy strategy : List.of(Strategy.SELECT, Strategy.ALL)) {
      try {
        StatisticalLoss.log2(layers, strategy, largest(layers.input()));
      } catch (NativeException e) {
        throw new ModelException(
            "its answers cannot be hidden by "
                + FLOOD_BITS
                + " bits with t = "
                + layers.profile().t().value()
                + " ("
                + e.getMessage()
                + ")",
            "layer list",
            "use a model of fewer features or experts",
            e);
      }
    }
  }

  /** Returns a full batch of the longest rows. */
  private static Sequences largest(InputSpec input) {
    return new Sequences(Sequences.MAX_TOKENS / input.longest(), input.longest());
  }
}
