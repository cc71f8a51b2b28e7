// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.secmoe.network.Activation;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.LinearScale;
import io.secmoe.network.Sequences;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityTest {
  /** Random choices, and sequences that all go to one expert: both ends of what a queue can be. */
  @ParameterizedTest
  @CsvSource({
    "MEMORY,2,1,2,3",
    "MEMORY,2,1,1,5",
    "MEMORY,8,3,128,4",
    "MEMORY,5,63,64,3",
    "MEMORY,3,64,65,2",
    "MEMORY,4,7,7,2",
    "MEMORY,4,0,9,2",
    "MEMORY,128,2,31,2",
    "FLIGHT,5,2,9,4"
  })
  void weightsRemainForTheFirstTokensOfEveryQueue(
      Link link, int experts, int capacity, int length, int count) {
    Random random = new Random(experts + length);
    try (TwoParties parties = new TwoParties(link)) {
      check(
          parties,
          experts,
          capacity,
          new Sequences(count, length),
          i -> random.nextInt(experts),
          random);
      check(
          parties,
          experts,
          capacity,
          new Sequences(count, length),
          i -> i / length % experts,
          random);
      check(parties, experts, capacity, new Sequences(count, length), i -> experts - 1, random);
    }
  }

  private static void check(
      TwoParties parties,
      int experts,
      int capacity,
      Sequences sequences,
      IntUnaryOperator choice,
      Random random) {
    LinearScale scale = new LinearScale(12, 5);
    MoeShape shape =
        new MoeShape(
            experts,
            RouterShape.top1(scale).withCapacity(capacity),
            new FeedForwardShape(1, 1, Activation.RELU, scale, scale));
    int tokens = sequences.tokens();
    int[] bits = new int[experts * tokens];
    long[] weights = random.longs(tokens, 1, 257).toArray();
    long[] expected = weights.clone();
    int[] queue = new int[experts];
    for (int i = 0; i < tokens; i++) {
      queue = i % sequences.length() == 0 ? new int[experts] : queue;
      int expert = choice.applyAsInt(i);
      bits[expert * tokens + i] = 1;
      expected[i] = capacity == 0 || ++queue[expert] <= capacity ? weights[i] : 0;
    }
    int[][] shares = Shared.digits(bits, 1, random);
    Shared gates = Shared.of(Modulus.T, weights, random);
    assertArrayEquals(
        expected,
        Shared.open(
            parties.run(
                c -> {
                  try (DigitVector d = DigitVector.of(c.arena(), 1, shares[0]);
                      RingVector p = gates.client(c.arena())) {
                    return Capacity.run(c, shape, sequences, d, p);
                  }
                },
                s -> {
                  try (DigitVector d = DigitVector.of(s.arena(), 1, shares[1]);
                      RingVector p = gates.server(s.arena())) {
                    return Capacity.run(s, shape, sequences, d, p);
                  }
                })));
  }
}
