// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.tile;

import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Runs an elementwise protocol over a long vector, tile by tile, so that memory does not grow with
 * the vector.
 */
public final class Tiles {
  /**
   * The number of elements of a tile. It is large enough to hide a round trip, and small enough for
   * a few tens of megabytes of intermediates.
   */
  public static final int ELEMENTS = 1 << 17;

  private Tiles() {}

  /** Computes the result for elements [from, from + n). */
  @FunctionalInterface
  private interface Part {
    RingVector at(long from, long n);
  }

  /**
   * Returns the concatenated results of {@code protocol} on views of x; both parties must call this
   * with equal lengths.
   */
  public static RingVector map(
      Arena arena, RingVector x, Modulus to, UnaryOperator<RingVector> protocol) {
    return map(arena, x.length(), to, (from, n) -> protocol.apply(x.view(from, n)));
  }

  /** Returns the results of a protocol of two vectors of equal length. */
  public static RingVector map(
      Arena arena, RingVector x, RingVector y, Modulus to, BinaryOperator<RingVector> protocol) {
    return map(
        arena, x.length(), to, (from, n) -> protocol.apply(x.view(from, n), y.view(from, n)));
  }

  /** Returns the results of a protocol from digits to ring elements. */
  public static RingVector map(
      Arena arena, DigitVector x, Modulus to, Function<DigitVector, RingVector> protocol) {
    return map(arena, x.length(), to, (from, n) -> protocol.apply(x.view(from, n)));
  }

  /** Runs {@code protocol}, which has no result for this party, on views of x. */
  public static void forEach(RingVector x, Consumer<RingVector> protocol) {
    for (long from = 0; from < x.length(); from += ELEMENTS) {
      protocol.accept(x.view(from, Math.min(ELEMENTS, x.length() - from)));
    }
  }

  private static RingVector map(Arena arena, long length, Modulus to, Part protocol) {
    RingVector y = RingVector.uninitialised(arena, to, length);
    for (long from = 0; from < length; from += ELEMENTS) {
      try (RingVector part = protocol.at(from, Math.min(ELEMENTS, length - from))) {
        y.put(from, part);
      }
    }
    return y;
  }
}
