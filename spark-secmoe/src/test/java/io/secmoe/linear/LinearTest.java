// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearTest {
  private final Random random = new Random(7);

  @ParameterizedTest
  @CsvSource({
    "MEMORY,1,1,1,false",
    "MEMORY,10,64,450,false",
    "MEMORY,5,33,8192,true",
    "MEMORY,70,3,9,true",
    "FLIGHT,8,17,100,true"
  })
  void isExactModuloT(Link link, int outputs, int inputs, int tokens, boolean largestWeights) {
    Weights weights =
        Weights.quantise(
            1,
            outputs,
            inputs,
            0,
            i ->
                largestWeights
                    ? (random.nextBoolean() ? Weights.LIMIT : -Weights.LIMIT)
                    : random.nextInt(-2047, 2048));
    long[] bias = random.longs(outputs, -1L << 30, 1L << 30).toArray();
    long[] xs = Shared.values(inputs * tokens, Modulus.T.value() / 2 - 1, random);
    Shared x = Shared.of(Modulus.T, xs, random);
    LinearShape shape = new LinearShape(outputs, inputs, 0);
    try (TwoParties parties = new TwoParties(link)) {
      long[] got =
          Shared.open(
              parties.run(
                  c -> {
                    try (RingVector share = x.client(c.arena())) {
                      return Linear.client(c, shape, share);
                    }
                  },
                  s -> {
                    try (RingVector share = x.server(s.arena())) {
                      return Linear.server(s, new LinearWeights(weights, bias), share);
                    }
                  }));
      int step = Math.max(1, tokens / 50);
      for (int row = 0; row < outputs; row++) {
        for (int token = 0; token < tokens; token += step) {
          BigInteger sum = BigInteger.valueOf(bias[row]);
          for (int i = 0; i < inputs; i++) {
            sum =
                sum.add(
                    BigInteger.valueOf(weights.get((long) row * inputs + i))
                        .multiply(BigInteger.valueOf(xs[i * tokens + token])));
          }
          assertEquals(
              sum.mod(BigInteger.valueOf(Modulus.T.value())).longValue(),
              Modulus.T.canonical(got[row * tokens + token]),
              "row " + row + " token " + token);
        }
      }
    }
  }
}
