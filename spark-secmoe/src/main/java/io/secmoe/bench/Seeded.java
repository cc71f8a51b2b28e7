package io.secmoe.bench;

import io.secmoe.ring.Arena;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.Random;
import java.util.function.IntToLongFunction;

/**
 * Inputs that both processes of a benchmark can make by themselves, so that errors can be checked against plaintext. Shares are random,
 * from a seed that both know: for measuring only.
 */
final class Seeded {
  private Seeded() {}

  /** The client's share of values 0 … n − 1. */
  static RingVector clientShare(Arena arena, Modulus m, int n, IntToLongFunction value, long seed) {
    Random random = new Random(seed);
    RingVector v = RingVector.uninitialised(arena, m, n);
    for (int i = 0; i < n; i++) {
      v.set(i, Math.floorMod(value.applyAsLong(i) - mask(random, m), m.value()));
    }
    return v;
  }

  /** The server's share of the same values. */
  static RingVector serverShare(Arena arena, Modulus m, int n, long seed) {
    Random random = new Random(seed);
    RingVector v = RingVector.uninitialised(arena, m, n);
    for (int i = 0; i < n; i++) {
      v.set(i, mask(random, m));
    }
    return v;
  }

  private static long mask(Random random, Modulus m) {
    return Math.floorMod(random.nextLong(), m.value());
  }
}
