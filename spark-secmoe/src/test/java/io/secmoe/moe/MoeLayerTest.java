// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.network.Activation;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.LinearScale;
import io.secmoe.network.Sequences;
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
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The whole sparse layer, every strategy, against double precision on the same quantised weights.
 */
class MoeLayerTest {
  private static final FeedForwardShape SMALL = expert(5, 6, Activation.GELU, false, false);

  private static FeedForwardShape expert(
      int d, int hidden, Activation activation, boolean gated, boolean biased) {
    return new FeedForwardShape(
            d, hidden, activation, new LinearScale(12, 5), new LinearScale(12, 5))
        .withGate(gated)
        .withBiases(biased);
  }

  private static MoeShape shape(
      int experts,
      int topK,
      boolean renormalised,
      boolean routerBias,
      int capacity,
      FeedForwardShape expert) {
    return new MoeShape(
        experts,
        new RouterShape(topK, renormalised, routerBias, capacity, new LinearScale(11, 5)),
        expert);
  }

  private static long[] inputs(int n, Random random) {
    return random.longs(n, -8192, 8193).toArray();
  }

  private static long[] run(
      TwoParties parties,
      MoeShape shape,
      Strategy strategy,
      MoeWeights w,
      Sequences sequences,
      long[] xs,
      Random random) {
    Shared x = Shared.of(Modulus.T, xs, random);
    return Shared.open(
        parties.run(
            c -> {
              try (RingVector share = x.client(c.arena())) {
                return MoeLayer.client(c, shape, strategy, sequences, share);
              }
            },
            s -> {
              try (RingVector share = x.server(s.arena())) {
                return MoeLayer.server(s, shape, strategy, w, sequences, share);
              }
            }));
  }

  /** Runs the layer on random inputs and returns the share of tokens that could be compared. */
  private static double check(
      Link link, Strategy strategy, MoeShape shape, Sequences sequences, double tolerance) {
    Random random = new Random(shape.hashCode());
    MoeWeights w = RandomWeights.moe(shape, random);
    int tokens = sequences.tokens();
    long[] xs = inputs(shape.expert().width() * tokens, random);
    double[][] expected = PlainMoe.layer(shape, w, sequences, xs);
    int compared = 0;
    try (TwoParties parties = new TwoParties(link)) {
      long[] got = run(parties, shape, strategy, w, sequences, xs, random);
      for (int t = 0; t < tokens; t++) {
        if (expected[t] != null) {
          compared++;
          for (int i = 0; i < expected[t].length; i++) {
            assertEquals(
                expected[t][i],
                got[i * tokens + t] / 4096.0,
                tolerance,
                shape + ": feature " + i + " of token " + t);
          }
        }
      }
    }
    return (double) compared / tokens;
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,SELECT,8,12,20,GELU,60",
    "MEMORY,SELECT,2,7,9,RELU,1",
    "MEMORY,SELECT,5,6,8,SILU,30",
    "MEMORY,SELECT,3,4,8,GELU_TANH,30",
    "MEMORY,ALL,4,6,8,GELU,40",
    "MEMORY,PARAMETERS,5,6,8,GELU,50"
  })
  void oneExpertPerToken(
      Link link,
      Strategy strategy,
      int experts,
      int d,
      int hidden,
      Activation activation,
      int tokens) {
    MoeShape shape =
        shape(experts, 1, false, false, 0, expert(d, hidden, activation, false, false));
    assertTrue(
        check(link, strategy, shape, new Sequences(tokens, 1), 0.03) > 0.5,
        "too many near ties to mean anything");
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,SELECT,8,2,true,false,RELU,true,false",
    "MEMORY,SELECT,5,3,false,true,SILU,false,true",
    "MEMORY,SELECT,2,2,true,true,GELU,true,true",
    "MEMORY,SELECT,5,2,false,false,GELU_TANH,true,true",
    "MEMORY,SELECT,2,1,true,true,RELU,true,true",
    "MEMORY,SELECT,8,5,true,false,SILU,false,false",
    "MEMORY,ALL,5,2,true,true,SILU,true,true",
    "MEMORY,ALL,3,3,false,false,RELU,false,true",
    "MEMORY,PARAMETERS,3,2,true,true,SILU,true,true",
    "FLIGHT,SELECT,5,2,true,true,GELU,true,true",
    "FLIGHT,PARAMETERS,2,1,false,false,RELU,false,true"
  })
  void expertsAndRoutersOfEveryKind(
      Link link,
      Strategy strategy,
      int experts,
      int topK,
      boolean renormalised,
      boolean routerBias,
      Activation activation,
      boolean gated,
      boolean biased) {
    MoeShape shape =
        shape(experts, topK, renormalised, routerBias, 0, expert(6, 9, activation, gated, biased));
    assertTrue(
        check(link, strategy, shape, new Sequences(15, 2), 0.05) > 0.5,
        "too many near ties to mean anything");
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,SELECT,2,3,8,4",
    "MEMORY,SELECT,8,1,7,5",
    "MEMORY,SELECT,5,4,4,3",
    "MEMORY,ALL,3,2,9,4",
    "MEMORY,PARAMETERS,3,2,6,2",
    "FLIGHT,SELECT,3,1,5,2"
  })
  void tokensOverCapacityContributeNothing(
      Link link, Strategy strategy, int experts, int capacity, int length, int count) {
    MoeShape shape =
        shape(experts, 1, false, false, capacity, expert(6, 8, Activation.RELU, false, true));
    assertTrue(
        check(link, strategy, shape, new Sequences(count, length), 0.03) > 0.4,
        "too many near ties to mean anything");
  }

  /**
   * The same integers at more fraction bits, with selectors that make up for it, are the same
   * function.
   */
  @ParameterizedTest
  @EnumSource(Strategy.class)
  void expertsThatAreStoredSmallerCountForMore(Strategy strategy) {
    FeedForwardShape e = expert(6, 9, Activation.GELU, false, false);
    FeedForwardShape finer =
        new FeedForwardShape(
            e.width(),
            e.hidden(),
            e.activation(),
            new LinearScale(e.up().fraction() + 3, e.up().bits()),
            new LinearScale(e.down().fraction() + 2, e.down().bits()));
    MoeShape plain = shape(4, 2, false, false, 0, e);
    MoeShape scaled =
        new MoeShape(
            4, plain.router(), finer, new ExpertScales(List.of(3, 3, 3, 3), List.of(2, 2, 2, 2)));
    Random random = new Random(9);
    MoeWeights w = RandomWeights.moe(plain, random);
    Sequences sequences = new Sequences(20, 1);
    long[] xs = inputs(6 * sequences.tokens(), random);
    double[][] expected = PlainMoe.layer(plain, w, sequences, xs);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      long[] got = run(parties, scaled, strategy, w, sequences, xs, random);
      int compared = 0;
      for (int t = 0; t < expected.length; t++) {
        for (int i = 0; expected[t] != null && i < expected[t].length; i++, compared++) {
          assertEquals(
              expected[t][i],
              got[i * sequences.tokens() + t] / 4096.0,
              0.03,
              "feature " + i + " of token " + t);
        }
      }
      assertTrue(compared > 40, compared + " numbers compared");
    }
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void transcriptsDependOnTheShapeOnly(Strategy strategy) {
    FeedForwardShape rich = expert(5, 6, Activation.SILU, true, true);
    for (MoeShape shape :
        List.of(shape(4, 1, false, false, 2, SMALL), shape(4, 2, true, true, 0, rich))) {
      List<String> first = transcript(shape, strategy, 1);
      assertEquals(first, transcript(shape, strategy, 2));
      assertNotEquals(
          first,
          transcript(
              shape(8, shape.topK(), false, false, shape.router().capacity(), shape.expert()),
              strategy,
              1));
    }
  }

  /** Returns random weights and inputs, but for seed 2: there one expert takes every token. */
  private static List<String> transcript(MoeShape shape, Strategy strategy, long seed) {
    Random random = new Random(seed);
    Sequences sequences = new Sequences(2, 5);
    MoeWeights w = RandomWeights.moe(shape, random);
    long[] xs = inputs(shape.expert().width() * sequences.tokens(), random);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      run(parties, shape, strategy, w, sequences, seed == 2 ? new long[xs.length] : xs, random);
      return parties.transcript();
    }
  }

  @Test
  void aCapacityThatSequencesDoNotReachCostsNothing() {
    MoeShape unlimited = shape(4, 1, false, false, 0, SMALL);
    assertEquals(
        transcript(unlimited, Strategy.SELECT, 1),
        transcript(shape(4, 1, false, false, 5, SMALL), Strategy.SELECT, 1));
    assertNotEquals(
        transcript(unlimited, Strategy.SELECT, 1),
        transcript(shape(4, 1, false, false, 4, SMALL), Strategy.SELECT, 1));
  }

  @Test
  void impossibleShapesAreRefusedByName() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> shape(4, 2, true, false, 3, SMALL))
            .getMessage()
            .contains("capacity"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> shape(4, 5, true, false, 0, SMALL))
            .getMessage()
            .contains("top-k"));
    MoeShape wide = shape(4, 1, true, false, 0, expert(8, 8193, Activation.RELU, false, false));
    assertTrue(
        assertThrows(IllegalArgumentException.class, wide::downParameters)
            .getMessage()
            .contains("strategy parameters"));
  }
}
