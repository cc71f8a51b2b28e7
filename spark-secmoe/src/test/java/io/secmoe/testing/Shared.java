// SPDX-License-Identifier: Apache-2.0
package io.secmoe.testing;

import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.Arrays;
import java.util.Random;

/** Splits known integers into shares and puts shares together again: what only a test may do. */
public final class Shared {
  private final Modulus modulus;
  private final long[] client;
  private final long[] server;

  private Shared(Modulus modulus, long[] client, long[] server) {
    this.modulus = modulus;
    this.client = client;
    this.server = server;
  }

  /**
   * Returns random shares of signed values, with the client's share at the ring's edges for some of
   * them.
   */
  public static Shared of(Modulus m, long[] values, Random random) {
    long[] client = new long[values.length];
    long[] server = new long[values.length];
    long[] edges = {
      0, 1, m.value() - 1, m.value() / 2, m.value() / 2 + 1, m.value() / 2 - 1, m.value() / 4
    };
    for (int i = 0; i < values.length; i++) {
      client[i] =
          i % 3 == 0
              ? edges[random.nextInt(edges.length)] % m.value()
              : Math.floorMod(random.nextLong(), m.value());
      server[i] = Math.floorMod(m.canonical(values[i]) - client[i], m.value());
    }
    return new Shared(m, client, server);
  }

  public RingVector client(Arena arena) {
    return RingVector.of(arena, modulus, client);
  }

  public RingVector server(Arena arena) {
    return RingVector.of(arena, modulus, server);
  }

  /** Returns the signed values of two additive shares; closes both. */
  public static long[] open(TwoParties.Outcome<RingVector, RingVector> shares) {
    try (RingVector c = shares.client();
        RingVector s = shares.server()) {
      Modulus m = c.modulus();
      long[] values = new long[(int) c.length()];
      for (int i = 0; i < values.length; i++) {
        values[i] = m.centred(Math.floorMod(c.get(i) + s.get(i), m.value()));
      }
      return values;
    }
  }

  /** Returns the digits of two XOR shares; closes both. */
  public static int[] openDigits(TwoParties.Outcome<DigitVector, DigitVector> shares) {
    try (DigitVector c = shares.client();
        DigitVector s = shares.server()) {
      int[] digits = new int[(int) c.length()];
      for (int i = 0; i < digits.length; i++) {
        digits[i] = c.get(i) ^ s.get(i);
      }
      return digits;
    }
  }

  /** Returns random XOR shares of digits: [0] the client's, [1] the server's. */
  public static int[][] digits(int[] digits, int width, Random random) {
    int[] client = random.ints(digits.length, 0, 1 << width).toArray();
    int[] server = new int[digits.length];
    Arrays.setAll(server, i -> digits[i] ^ client[i]);
    return new int[][] {client, server};
  }

  /** Returns values in [−bound, bound], including both ends, zero and ±1. */
  public static long[] values(int n, long bound, Random random) {
    long[] edges = {0, 1, -1, bound, -bound, bound - 1, 1 - bound};
    long[] values = new long[n];
    Arrays.setAll(values, i -> i < edges.length ? edges[i] : random.nextLong(-bound, bound + 1));
    return values;
  }
}
