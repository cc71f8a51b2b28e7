// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.protocol.product.Upload;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both orders of selecting and computing give the same integers modulo t. */
class SelectionTest {
  @ParameterizedTest
  @CsvSource({
    "MEMORY,5,7,9,40,true",
    "MEMORY,2,300,64,3,false",
    "MEMORY,1,3,1,2,true",
    "MEMORY,3,2,5000,2,true",
    "FLIGHT,2,3,4,5,true"
  })
  void selectedMatricesMeetTheirInputs(
      Link link, int experts, int rows, int features, int tokens, boolean biased) {
    Random random = new Random(rows);
    Weights weights =
        Weights.quantise(experts, rows, features, 0, i -> random.nextInt(-2047, 2048));
    long[] biases =
        biased
            ? random
                .longs((long) experts * rows, -Modulus.T.value() / 2, Modulus.T.value() / 2)
                .toArray()
            : null;
    long[] b = Shared.values(experts * tokens, 256, random);
    long[] xs = Shared.values(features * tokens, 1 << 15, random);
    long[] expected = expected(weights, biases, b, xs, tokens);
    Shared selector = Shared.of(Modulus.T, b, random);
    Shared x = Shared.of(Modulus.T, xs, random);
    ParameterShape shape = new ParameterShape(experts, rows, features);
    try (TwoParties parties = new TwoParties(link)) {
      assertArrayEquals(
          expected,
          Shared.open(
              parties.run(
                  c -> {
                    try (RingVector first = selector.client(c.arena());
                        RingVector second = x.client(c.arena())) {
                      return inputsFirst(c, shape, tokens, first, second);
                    }
                  },
                  s -> {
                    try (RingVector first = selector.server(s.arena());
                        RingVector second = x.server(s.arena())) {
                      return inputsFirst(s, weights, biases, first, second);
                    }
                  })));
      assertArrayEquals(
          expected,
          Shared.open(
              parties.run(
                  c -> {
                    try (RingVector first = selector.client(c.arena());
                        RingVector second = x.client(c.arena())) {
                      return ParameterLinear.client(c, shape, first, second);
                    }
                  },
                  s -> {
                    try (RingVector first = selector.server(s.arena());
                        RingVector second = x.server(s.arena())) {
                      return ParameterLinear.server(
                          s, new LinearWeights(weights, biases), first, second);
                    }
                  })));
    }
  }

  private static RingVector inputsFirst(
      ClientParty c, ParameterShape shape, int tokens, RingVector selector, RingVector x) {
    Upload.client(c, selector, shape.experts(), c.profile().topLevel());
    Upload.client(c, x, shape.features(), c.profile().topLevel());
    return SelectLinear.client(c, shape.rows(), tokens);
  }

  private static RingVector inputsFirst(
      ServerParty s, Weights weights, long[] biases, RingVector selector, RingVector x) {
    try (Encrypted encryptedB =
            Upload.server(s, selector, weights.groups(), s.profile().topLevel());
        Encrypted encryptedX = Upload.server(s, x, weights.columns(), s.profile().topLevel())) {
      return SelectLinear.server(s, new LinearWeights(weights, biases), 1, encryptedB, encryptedX);
    }
  }

  /** Returns Σ_e b_e·(W_e·x + c_e) modulo t, centred. */
  private static long[] expected(Weights w, long[] biases, long[] b, long[] x, int tokens) {
    Modulus t = Modulus.T;
    long[] y = new long[w.rows() * tokens];
    for (int i = 0; i < y.length; i++) {
      int row = i / tokens;
      int token = i % tokens;
      long sum = 0;
      for (int e = 0; e < w.groups(); e++) {
        long product = biases == null ? 0 : biases[e * w.rows() + row];
        for (int j = 0; j < w.columns(); j++) {
          product += w.get(((long) e * w.rows() + row) * w.columns() + j) * x[j * tokens + token];
        }
        sum = t.canonical(sum + b[e * tokens + token] * t.canonical(product));
      }
      y[i] = t.centred(sum);
    }
    return y;
  }
}
