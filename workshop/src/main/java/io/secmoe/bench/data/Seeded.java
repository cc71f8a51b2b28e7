// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.data;

import io.secmoe.ring.Arena;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Inputs that both processes of a benchmark can make by themselves, so that errors can be checked
 * against plaintext. Shares are random, from a seed that both know: for measuring only. Every fifth
 * share of the server is at an edge of the ring, where sums wrap.
 */
public final class Seeded {
  private Seeded() {}

  /** A value for every position. */
  @FunctionalInterface
  public interface Values {
    long at(long index);
  }

  /** Returns the client's share of values 0 … n − 1. */
  public static RingVector clientShare(Arena arena, Modulus m, long n, Values values, long seed) {
    RingVector v = RingVector.uninitialised(arena, m, n);
    for (long i = 0; i < n; i++) {
      v.set(i, Math.floorMod(values.at(i) - share(m, seed, i), m.value()));
    }
    return v;
  }

  /** Returns the server's share of the same values. */
  public static RingVector serverShare(Arena arena, Modulus m, long n, long seed) {
    RingVector v = RingVector.uninitialised(arena, m, n);
    for (long i = 0; i < n; i++) {
      v.set(i, share(m, seed, i));
    }
    return v;
  }

  private static long share(Modulus m, long seed, long index) {
    long random = bits(seed, index);
    return Math.floorMod(index % 5 == 0 ? edge(m, random) : random, m.value());
  }

  private static long edge(Modulus m, long random) {
    return switch (Math.floorMod(random, 7)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> m.value() - 1;
      case 3 -> m.value() / 2 - 1;
      case 4 -> m.value() / 2;
      case 5 -> m.value() / 2 + 1;
      default -> m.value() / 4;
    };
  }

  /**
   * Returns 64 bits that look random, the same for the same seed and index (the finaliser of
   * SplitMix64; Steele et al., OOPSLA 2014).
   */
  static long bits(long seed, long index) {
    long z = seed * 0xD1342543DE82EF95L + (index + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
