// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.tile;

import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.function.BiConsumer;

/**
 * Cuts a candidate-major matrix of E × T shares into tiles of some tokens each, so that the memory
 * of intermediates does not grow with T. A tile has about {@link Tiles#ELEMENTS} pairs of
 * candidates.
 */
public final class TokenTiles {
  private final RingVector candidates;
  private final int experts;
  private final long tokens;

  /**
   * Checks the needs of every selection: E ≥ 2 rows, and a ring of at least {@code ringBits} bits.
   */
  public TokenTiles(RingVector candidates, int experts, int ringBits) {
    if (experts < 2 || candidates.length() % experts != 0) {
      throw new IllegalArgumentException(
          candidates.length()
              + " values are no rows of "
              + experts
              + " candidates; at least 2 are needed");
    }
    if (!candidates.modulus().isPowerOfTwo() || candidates.modulus().bits() < ringBits) {
      throw new IllegalArgumentException(
          "candidates modulo "
              + candidates.modulus().value()
              + ", need a power of two of at least "
              + ringBits
              + " bits for their differences");
    }
    this.candidates = candidates;
    this.experts = experts;
    this.tokens = candidates.length() / experts;
  }

  public long tokens() {
    return tokens;
  }

  /**
   * Calls {@code action} for every tile, with the number of its first token and its shares, E × n,
   * in the given ring.
   */
  public void forEach(Arena arena, Modulus ring, BiConsumer<Long, RingVector> action) {
    long step = Math.max(1, 2L * Tiles.ELEMENTS / experts);
    for (long from = 0; from < tokens; from += step) {
      long n = Math.min(step, tokens - from);
      try (RingVector tile = RingVector.uninitialised(arena, ring, experts * n)) {
        for (int e = 0; e < experts; e++) {
          try (RingVector row = candidates.view(e * tokens + from, n).reduce(arena, ring)) {
            tile.put(e * n, row);
          }
        }
        action.accept(from, tile);
      }
    }
  }

  /**
   * Copies the digits of a tile, rows × n, into a matrix of rows × T, from column {@code from} on.
   */
  public static void put(DigitVector into, int rows, long from, DigitVector part) {
    long total = into.length() / rows;
    long n = part.length() / rows;
    for (int row = 0; row < rows; row++) {
      into.put(row * total + from, part.view(row * n, n));
    }
  }

  /**
   * Copies the values of a tile, rows × n, into a matrix of rows × T, from column {@code from} on.
   */
  public static void put(RingVector into, int rows, long from, RingVector part) {
    long total = into.length() / rows;
    long n = part.length() / rows;
    for (int row = 0; row < rows; row++) {
      into.put(row * total + from, part.view(row * n, n));
    }
  }
}
