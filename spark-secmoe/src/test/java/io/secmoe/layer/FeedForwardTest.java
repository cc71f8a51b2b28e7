// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.network.Activation;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.FeedForwardWeights;
import io.secmoe.network.LinearScale;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.PlainMoe;
import io.secmoe.testing.RandomWeights;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedForwardTest {
  private static final int TOKENS = 40;

  private static FeedForwardShape shape(
      Activation activation, boolean gated, boolean biased, int hiddenBits) {
    return new FeedForwardShape(
            7, 10, activation, new LinearScale(12, hiddenBits), new LinearScale(12, 7))
        .withGate(gated)
        .withBiases(biased);
  }

  private static long[] run(
      TwoParties parties, FeedForwardShape shape, FeedForwardWeights w, long[] xs, Random random) {
    Shared x = Shared.of(Modulus.T, xs, random);
    return Shared.open(
        parties.run(
            c -> {
              try (RingVector share = x.client(c.arena())) {
                return FeedForward.client(c, shape, share);
              }
            },
            s -> {
              try (RingVector share = x.server(s.arena())) {
                return FeedForward.server(s, shape, w, share);
              }
            }));
  }

  /** The wider the range, the fewer fraction bits a gate's product has: 24, 22, 20. */
  @ParameterizedTest
  @CsvSource({
    "MEMORY,RELU,false,false,5,0.01",
    "MEMORY,RELU,false,true,5,0.01",
    "MEMORY,GELU,false,true,5,0.03",
    "MEMORY,SILU,false,false,5,0.03",
    "MEMORY,GELU_TANH,true,false,5,0.05",
    "MEMORY,SILU,true,true,7,0.05",
    "MEMORY,RELU,true,true,8,0.03",
    "MEMORY,RELU,true,false,9,0.05",
    "FLIGHT,GELU_TANH,true,true,5,0.05"
  })
  void agreesWithPlaintext(
      Link link,
      Activation activation,
      boolean gated,
      boolean biased,
      int hiddenBits,
      double tolerance) {
    FeedForwardShape shape = shape(activation, gated, biased, hiddenBits);
    Random random = new Random(shape.hashCode());
    FeedForwardWeights w = RandomWeights.feedForward(shape, 1, FeedForward.HIDDEN_FRACTION, random);
    long[] xs = random.longs((long) shape.width() * TOKENS, -8192, 8193).toArray();
    try (TwoParties parties = new TwoParties(link)) {
      long[] got = run(parties, shape, w, xs, random);
      for (int t = 0; t < TOKENS; t++) {
        double[] expected =
            PlainMoe.feedForward(
                shape, w, 0, FeedForward.HIDDEN_FRACTION, PlainMoe.token(xs, TOKENS, t));
        for (int i = 0; i < expected.length; i++) {
          assertEquals(
              expected[i],
              got[i * TOKENS + t] / 4096.0,
              tolerance,
              "feature " + i + " of token " + t);
        }
      }
    }
  }

  @Test
  void transcriptsDependOnTheShapeOnly() {
    FeedForwardShape shape = shape(Activation.GELU, true, true, 5);
    assertEquals(transcript(shape, 1), transcript(shape, 2));
  }

  private static List<String> transcript(FeedForwardShape shape, long seed) {
    Random random = new Random(seed);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      FeedForwardWeights w =
          RandomWeights.feedForward(shape, 1, FeedForward.HIDDEN_FRACTION, random);
      run(
          parties,
          shape,
          w,
          random.longs((long) shape.width() * TOKENS, -8192, 8193).toArray(),
          random);
      return parties.transcript();
    }
  }

  @Test
  void gatesWithoutRoomForTheirProductAreRefusedByName() {
    FeedForwardShape shape = shape(Activation.RELU, true, false, 14);
    Random random = new Random(1);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      FeedForwardWeights w =
          RandomWeights.feedForward(shape, 1, FeedForward.HIDDEN_FRACTION, random);
      AssertionError failed =
          assertThrows(AssertionError.class, () -> run(parties, shape, w, new long[7], random));
      assertTrue(
          failed.getCause().getMessage().contains("gated hidden features below 2^14"),
          failed.getCause().getMessage());
    }
  }
}
