// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.party.Profile;
import io.secmoe.protocol.product.Product;
import io.secmoe.protocol.share.And;
import io.secmoe.protocol.share.BitToArithmetic;
import io.secmoe.protocol.share.Mux;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every protocol over every channel against plain integers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProtocolTest {
  private final Map<Link, TwoParties> parties = new EnumMap<>(Link.class);
  private final Random random = new Random(20260106);

  /** Returns the profile that the parties agree on. */
  Profile profile() {
    return Profile.DEFAULT;
  }

  @BeforeAll
  void open() {
    for (Link link : Link.values()) {
      parties.put(link, new TwoParties(link, profile()));
    }
  }

  @AfterAll
  void close() {
    parties.values().forEach(TwoParties::close);
  }

  /**
   * Returns random values, beside the edges that {@link Shared} adds to values or to their shares.
   */
  private static int count(Link link) {
    return link == Link.MEMORY ? 100_000 : 2000;
  }

  private static Modulus modulus(int bits) {
    return bits == 41 ? Modulus.T : Modulus.powerOfTwo(bits);
  }

  @ParameterizedTest
  @CsvSource({
    "MEMORY,41,12,21",
    "MEMORY,41,12,41",
    "MEMORY,41,24,41",
    "MEMORY,22,2,41",
    "MEMORY,33,14,41",
    "MEMORY,40,12,28",
    "MEMORY,20,0,41",
    "FLIGHT,41,12,21",
    "FLIGHT,22,2,41"
  })
  void rescaleIsWithinOneUnit(Link link, int fromBits, int shift, int toBits) {
    Modulus from = modulus(fromBits);
    Modulus to = modulus(toBits);
    long room =
        (to.value() / 2 - 2) > (Long.MAX_VALUE >> shift)
            ? Long.MAX_VALUE
            : (to.value() / 2 - 2) << shift;
    long bound = Math.min(Rescale.bound(from, shift) - 1, room);
    long[] values = Shared.values(count(link), bound, random);
    Shared x = Shared.of(from, values, random);
    long[] got =
        Shared.open(
            parties
                .get(link)
                .run(
                    c -> {
                      try (RingVector share = x.client(c.arena())) {
                        return Rescale.client(c, share, shift, to);
                      }
                    },
                    s -> {
                      try (RingVector share = x.server(s.arena())) {
                        return Rescale.server(s, share, shift, to);
                      }
                    }));
    for (int i = 0; i < values.length; i++) {
      double error = got[i] - Math.scalb((double) values[i], -shift);
      assertTrue(Math.abs(error) <= 1.0001, values[i] + " >> " + shift + " gave " + got[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({"MEMORY,41", "MEMORY,21", "MEMORY,60", "MEMORY,1", "FLIGHT,41"})
  void muxIsExact(Link link, int bits) {
    Modulus ring = modulus(bits);
    long[] values = Shared.values(count(link), Math.max(1, ring.value() / 2 - 1), random);
    int[] bit = random.ints(values.length, 0, 2).toArray();
    Shared x = Shared.of(ring, values, random);
    int[][] b = Shared.digits(bit, 1, random);
    long[] got =
        Shared.open(
            parties
                .get(link)
                .run(
                    c -> {
                      try (RingVector share = x.client(c.arena());
                          DigitVector d = DigitVector.of(c.arena(), 1, b[0])) {
                        return Mux.client(c, d, share);
                      }
                    },
                    s -> {
                      try (RingVector share = x.server(s.arena());
                          DigitVector d = DigitVector.of(s.arena(), 1, b[1])) {
                        return Mux.server(s, d, share);
                      }
                    }));
    for (int i = 0; i < values.length; i++) {
      assertEquals(ring.canonical(bit[i] * values[i]), ring.canonical(got[i]));
    }
  }

  @ParameterizedTest
  @CsvSource({"MEMORY,1", "MEMORY,2", "MEMORY,8", "FLIGHT,2"})
  void andIsExact(Link link, int width) {
    int n = count(link) + 1;
    int[] e = random.ints(n, 0, 2).toArray();
    int[] v = random.ints(n, 0, 1 << width).toArray();
    int[][] es = Shared.digits(e, 1, random);
    int[][] vs = Shared.digits(v, width, random);
    int[] got =
        Shared.openDigits(
            parties
                .get(link)
                .run(
                    c -> {
                      try (DigitVector a = DigitVector.of(c.arena(), 1, es[0]);
                          DigitVector b = DigitVector.of(c.arena(), width, vs[0])) {
                        return And.run(c, a, b);
                      }
                    },
                    s -> {
                      try (DigitVector a = DigitVector.of(s.arena(), 1, es[1]);
                          DigitVector b = DigitVector.of(s.arena(), width, vs[1])) {
                        return And.run(s, a, b);
                      }
                    }));
    for (int i = 0; i < n; i++) {
      assertEquals(e[i] * v[i], got[i] & 0xff & ((1 << width) - 1));
    }
  }

  @ParameterizedTest
  @CsvSource({"MEMORY,41", "MEMORY,12", "FLIGHT,41"})
  void bitToArithmeticIsExact(Link link, int bits) {
    Modulus to = modulus(bits);
    int[] bit = random.ints(count(link), 0, 2).toArray();
    int[][] b = Shared.digits(bit, 1, random);
    long[] got =
        Shared.open(
            parties
                .get(link)
                .run(
                    c -> {
                      try (DigitVector d = DigitVector.of(c.arena(), 1, b[0])) {
                        return BitToArithmetic.client(c, d, to);
                      }
                    },
                    s -> {
                      try (DigitVector d = DigitVector.of(s.arena(), 1, b[1])) {
                        return BitToArithmetic.server(s, d, to);
                      }
                    }));
    assertArrayEquals(Arrays.stream(bit).asLongStream().toArray(), got);
  }

  @ParameterizedTest
  @CsvSource({"MEMORY,1", "MEMORY,777", "MEMORY,100000", "FLIGHT,100"})
  void productAndSquareAreExactModuloT(Link link, int n) {
    long[] xs = Shared.values(n, Modulus.T.value() / 2 - 1, random);
    long[] ys = Shared.values(n, Modulus.T.value() / 2 - 1, random);
    Shared x = Shared.of(Modulus.T, xs, random);
    Shared y = Shared.of(Modulus.T, ys, random);
    long[] products =
        Shared.open(
            parties
                .get(link)
                .run(
                    c -> {
                      try (RingVector a = x.client(c.arena());
                          RingVector b = y.client(c.arena())) {
                        return Product.client(c, a, b);
                      }
                    },
                    s -> {
                      try (RingVector a = x.server(s.arena());
                          RingVector b = y.server(s.arena())) {
                        return Product.server(s, a, b);
                      }
                    }));
    long[] squares =
        Shared.open(
            parties
                .get(link)
                .run(
                    c -> {
                      try (RingVector a = x.client(c.arena())) {
                        return Product.square(c, a);
                      }
                    },
                    s -> {
                      try (RingVector a = x.server(s.arena())) {
                        return Product.square(s, a);
                      }
                    }));
    for (int i = 0; i < n; i++) {
      assertEquals(multiply(xs[i], ys[i]), Modulus.T.canonical(products[i]), "product " + i);
      assertEquals(multiply(xs[i], xs[i]), Modulus.T.canonical(squares[i]), "square " + i);
    }
  }

  private static long multiply(long a, long b) {
    return java.math.BigInteger.valueOf(a)
        .multiply(java.math.BigInteger.valueOf(b))
        .mod(java.math.BigInteger.valueOf(Modulus.T.value()))
        .longValue();
  }
}
