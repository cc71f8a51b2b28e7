// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.secmoe.protocol.share.OneHot;
import io.secmoe.protocol.share.WeightedOneHot;
import io.secmoe.protocol.tile.TokenTiles;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.EveryLink;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Top-1 and top-k, both ways, against a stable sort. */
class TopKTest {
  @RegisterExtension static final EveryLink PARTIES = new EveryLink();

  private static final int DIFFERENCE_BITS = 20;
  private final Random random = new Random(20261125);

  /** Returns rows of E candidates by kind: difficult ties and extremes first, then random ones. */
  private long[] candidates(int experts, int tokens) {
    long least = -(1L << (DIFFERENCE_BITS - 1));
    long most = -least - 1;
    long[] g = new long[experts * tokens];
    for (int t = 0; t < tokens; t++) {
      int token = t;
      int peak = random.nextInt(experts);
      for (int e = 0; e < experts; e++) {
        g[e * tokens + t] =
            switch (token % 12) {
              case 0 -> 0;
              case 1 -> least;
              case 2 -> most;
              case 3 -> random.nextBoolean() ? least : most;
              case 4 -> random.nextInt(2);
              case 5 -> -random.nextInt(3);
              case 6 -> e == peak ? most : least;
              case 7 -> e == peak ? least : most;
              case 8 -> e;
              case 9 -> most - e / 2;
              default -> random.nextLong(least, most + 1);
            };
      }
    }
    return g;
  }

  /** Returns expert numbers of one token, the largest first, ties by lowest index. */
  private static int[] order(long[] g, int experts, int tokens, int t) {
    return IntStream.range(0, experts)
        .boxed()
        .sorted(Comparator.comparingLong(e -> -g[e * tokens + t]))
        .mapToInt(e -> e)
        .toArray();
  }

  private static TopKPlan plan(String way, int experts, int k) {
    return way.equals("network")
        ? TopKPlan.network(experts, k, DIFFERENCE_BITS)
        : TopKPlan.repeated(experts, k, DIFFERENCE_BITS);
  }

  private static void check(
      long[] g, int experts, int k, int tokens, int[] oneHots, long[] values) {
    long ring = 1L << (DIFFERENCE_BITS + 1);
    for (int t = 0; t < tokens; t++) {
      int[] expected = order(g, experts, tokens, t);
      for (int w = 0; w < k; w++) {
        long value = g[expected[w] * tokens + t];
        assertEquals(
            Math.floorMod(value, ring),
            Math.floorMod(values[w * tokens + t], ring),
            "value " + w + " of token " + t);
        for (int e = 0; e < experts; e++) {
          assertEquals(
              e == expected[w] ? 1 : 0,
              oneHots[(w * experts + e) * tokens + t],
              "winner " + w + ", candidate " + e + " of token " + t);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,network,2,1,600",
    "MEMORY,network,2,2,600",
    "MEMORY,network,3,2,600",
    "MEMORY,network,3,3,600",
    "MEMORY,network,5,1,600",
    "MEMORY,network,5,3,600",
    "MEMORY,network,5,5,600",
    "MEMORY,network,7,4,600",
    "MEMORY,network,7,7,600",
    "MEMORY,network,8,2,12500",
    "MEMORY,network,8,3,600",
    "MEMORY,network,8,5,600",
    "MEMORY,network,8,6,600",
    "MEMORY,network,8,8,600",
    "MEMORY,network,16,8,600",
    "MEMORY,network,64,8,120",
    "MEMORY,network,100,7,60",
    "MEMORY,network,128,1,60",
    "MEMORY,network,128,8,800",
    "FLIGHT,network,7,3,70",
    "MEMORY,repeated,2,1,600",
    "MEMORY,repeated,2,2,600",
    "MEMORY,repeated,3,2,600",
    "MEMORY,repeated,5,3,600",
    "MEMORY,repeated,5,5,600",
    "MEMORY,repeated,7,6,600",
    "MEMORY,repeated,8,2,12500",
    "MEMORY,repeated,8,4,600",
    "MEMORY,repeated,8,7,600",
    "MEMORY,repeated,8,8,600",
    "MEMORY,repeated,16,3,600",
    "MEMORY,repeated,128,2,120",
    "MEMORY,repeated,128,8,60",
    "FLIGHT,repeated,7,3,70"
  })
  void topKIsExactWithTiesToTheLowestIndex(Link link, String way, int experts, int k, int tokens) {
    long[] g = candidates(experts, tokens);
    TopKPlan plan = plan(way, experts, k);
    Shared x = Shared.of(Modulus.powerOfTwo(DIFFERENCE_BITS + 2 + random.nextInt(20)), g, random);
    TwoParties.Outcome<TopK.Result, TopK.Result> out =
        PARTIES
            .get(link)
            .run(
                c -> {
                  try (RingVector a = x.client(c.arena())) {
                    return TopK.run(c, a, plan);
                  }
                },
                s -> {
                  try (RingVector a = x.server(s.arena())) {
                    return TopK.run(s, a, plan);
                  }
                });
    check(
        g,
        experts,
        k,
        tokens,
        Shared.openDigits(new TwoParties.Outcome<>(out.client().oneHots(), out.server().oneHots())),
        Shared.open(new TwoParties.Outcome<>(out.client().values(), out.server().values())));
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,2,600",
    "MEMORY,3,600",
    "MEMORY,5,600",
    "MEMORY,7,600",
    "MEMORY,8,12500",
    "MEMORY,16,600",
    "MEMORY,100,120",
    "MEMORY,128,800",
    "FLIGHT,7,70"
  })
  void top1IsExactWithTiesToTheLowestIndex(Link link, int experts, int tokens) {
    long[] g = candidates(experts, tokens);
    Shared x = Shared.of(Modulus.powerOfTwo(DIFFERENCE_BITS + 1), g, random);
    TwoParties.Outcome<Top1.Result, Top1.Result> out =
        PARTIES
            .get(link)
            .run(
                c -> {
                  try (RingVector a = x.client(c.arena())) {
                    return Top1.run(c, a, experts, DIFFERENCE_BITS);
                  }
                },
                s -> {
                  try (RingVector a = x.server(s.arena())) {
                    return Top1.run(s, a, experts, DIFFERENCE_BITS);
                  }
                });
    check(
        g,
        experts,
        1,
        tokens,
        Shared.openDigits(new TwoParties.Outcome<>(out.client().oneHot(), out.server().oneHot())),
        Shared.open(new TwoParties.Outcome<>(out.client().largest(), out.server().largest())));
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,1,2,500",
    "MEMORY,1,8,300",
    "MEMORY,3,5,200",
    "MEMORY,2,128,2000",
    "FLIGHT,2,4,50"
  })
  void oneHotsBecomeArithmeticExactly(Link link, int groups, int experts, int tokens) {
    int[] bits = oneHots(groups, experts, tokens);
    int[][] shares = Shared.digits(bits, 1, random);
    long[] got =
        Shared.open(
            PARTIES
                .get(link)
                .run(
                    c -> {
                      try (DigitVector d = DigitVector.of(c.arena(), 1, shares[0])) {
                        return OneHot.run(c, d, groups, experts, c.t());
                      }
                    },
                    s -> {
                      try (DigitVector d = DigitVector.of(s.arena(), 1, shares[1])) {
                        return OneHot.run(s, d, groups, experts, s.t());
                      }
                    }));
    assertArrayEquals(Arrays.stream(bits).asLongStream().toArray(), got);
  }

  private int[] oneHots(int groups, int experts, int tokens) {
    int[] bits = new int[groups * experts * tokens];
    for (int g = 0; g < groups; g++) {
      for (int t = 0; t < tokens; t++) {
        bits[(g * experts + random.nextInt(experts)) * tokens + t] = 1;
      }
    }
    return bits;
  }

  @ParameterizedTest
  @CsvSource({"MEMORY,1,2,500", "MEMORY,3,8,300", "MEMORY,1,128,2000", "FLIGHT,2,4,50"})
  void oneHotsAreWeightedExactly(Link link, int groups, int experts, int tokens) {
    int[] bits = oneHots(groups, experts, tokens);
    long[] weights = Shared.values(groups * tokens, Modulus.T.value() / 2 - 1, random);
    int[][] shares = Shared.digits(bits, 1, random);
    Shared weight = Shared.of(Modulus.T, weights, random);
    long[] got =
        Shared.open(
            PARTIES
                .get(link)
                .run(
                    c -> {
                      try (DigitVector d = DigitVector.of(c.arena(), 1, shares[0]);
                          RingVector p = weight.client(c.arena())) {
                        return WeightedOneHot.run(c, d, groups, p);
                      }
                    },
                    s -> {
                      try (DigitVector d = DigitVector.of(s.arena(), 1, shares[1]);
                          RingVector p = weight.server(s.arena())) {
                        return WeightedOneHot.run(s, d, groups, p);
                      }
                    }));
    for (int i = 0; i < bits.length; i++) {
      assertEquals(bits[i] * weights[i / (experts * tokens) * tokens + i % tokens], got[i]);
    }
  }

  @Test
  void impossibleShapesAreRefusedByName() {
    assertThrows(IllegalArgumentException.class, () -> TopKPlan.cheapest(8, 9, 20));
    assertThrows(IllegalArgumentException.class, () -> TopKPlan.cheapest(8, 0, 20));
    assertThrows(IllegalArgumentException.class, () -> TopKPlan.cheapest(1, 1, 20));
    try (RingVector x =
        RingVector.zeros(PARTIES.get(Link.MEMORY).client().arena(), Modulus.powerOfTwo(21), 16)) {
      assertThrows(IllegalArgumentException.class, () -> new TokenTiles(x, 8, 22));
      assertThrows(IllegalArgumentException.class, () -> new TokenTiles(x, 5, 21));
      assertThrows(IllegalArgumentException.class, () -> new TokenTiles(x, 1, 21));
    }
  }
}
