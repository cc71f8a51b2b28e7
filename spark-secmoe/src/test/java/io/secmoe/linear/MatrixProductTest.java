// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.EveryLink;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixProductTest {
  @RegisterExtension static final EveryLink PARTIES = new EveryLink();

  private final Random random = new Random(128);

  private long[] run(TwoParties parties, MatrixProductShape shape, long[] as, long[] bs) {
    Shared a = Shared.of(Modulus.T, as, random);
    Shared b = Shared.of(Modulus.T, bs, random);
    return Shared.open(
        parties.run(
            c -> {
              try (RingVector left = a.client(c.arena());
                  RingVector right = b.client(c.arena())) {
                return MatrixProduct.client(c, shape, left, right);
              }
            },
            s -> {
              try (RingVector left = a.server(s.arena());
                  RingVector right = b.server(s.arena())) {
                return MatrixProduct.server(s, shape, left, right);
              }
            }));
  }

  private static void check(MatrixProductShape shape, long[] a, long[] b, long[] got) {
    BigInteger t = BigInteger.valueOf(Modulus.T.value());
    int step = Math.max(1, got.length / 2000);
    for (int i = 0; i < got.length; i += step) {
      int row = i / shape.columns() / shape.pairs();
      int pair = i / shape.columns() % shape.pairs();
      BigInteger sum = BigInteger.ZERO;
      for (int k = 0; k < shape.inner(); k++) {
        sum =
            sum.add(
                BigInteger.valueOf(a[(k * shape.pairs() + pair) * shape.rows() + row])
                    .multiply(
                        BigInteger.valueOf(
                            b[
                                (k * shape.pairs() + pair) * shape.columns()
                                    + i % shape.columns()])));
      }
      assertEquals(sum.mod(t).longValue(), Modulus.T.canonical(got[i]), shape + " at " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,1,1,1,1",
    "MEMORY,3,6,5,7",
    "MEMORY,40,5,33,33",
    "MEMORY,300,16,16,16",
    "MEMORY,2,300,2,3",
    "MEMORY,130,7,64,6",
    "MEMORY,9000,3,1,1",
    "FLIGHT,4,6,5,16"
  })
  void isExactModuloT(Link link, int pairs, int inner, int rows, int columns) {
    MatrixProductShape shape = new MatrixProductShape(pairs, inner, rows, columns);
    long most = Modulus.T.value() / 2 - 1;
    long[] a = Shared.values(inner * pairs * rows, most, random);
    long[] b = Shared.values(inner * pairs * columns, most, random);
    check(shape, a, b, run(PARTIES.get(link), shape, a, b));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "1099369021440,1099369021440",
    "-1099369021440,1099369021440",
    "-1,1099369021440"
  })
  void ofExtremes(long left, long right) {
    MatrixProductShape shape = new MatrixProductShape(5, 9, 4, 8);
    long[] a = new long[9 * 5 * 4];
    long[] b = new long[9 * 5 * 8];
    Arrays.fill(a, left);
    Arrays.fill(b, right);
    check(shape, a, b, run(PARTIES.get(Link.MEMORY), shape, a, b));
  }

  @Test
  void transcriptsDependOnTheShapeAlone() {
    MatrixProductShape shape = new MatrixProductShape(3, 4, 5, 6);
    List<String> first = null;
    for (long bound : new long[] {1, 1L << 38}) {
      try (TwoParties parties = new TwoParties(Link.MEMORY)) {
        run(parties, shape, Shared.values(60, bound, random), Shared.values(72, bound, random));
        first = first == null ? parties.transcript() : first;
        assertEquals(first, parties.transcript());
      }
    }
  }

  @Test
  void otherShapesAreRefused() {
    TwoParties parties = PARTIES.get(Link.MEMORY);
    MatrixProductShape shape = new MatrixProductShape(3, 4, 5, 6);
    try (RingVector a = RingVector.zeros(parties.client().arena(), Modulus.T, 60);
        RingVector b = RingVector.zeros(parties.client().arena(), Modulus.T, 71)) {
      assertThrows(
          IllegalArgumentException.class,
          () -> MatrixProduct.client(parties.client(), shape, a, b));
      assertThrows(
          IllegalArgumentException.class,
          () -> MatrixProduct.server(parties.server(), shape, b, a));
    }
    assertThrows(IllegalArgumentException.class, () -> new MatrixProductShape(0, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new MatrixProductShape(1, 1, 1, 8193));
    assertThrows(IllegalArgumentException.class, () -> new MatrixProductShape(1, 1, 8193, 1));
  }
}
