// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.tile;

import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * The layout of a matrix of features × tokens, feature-major, in ciphertexts: as many whole
 * features side by side as fit into 8192 slots. The order of the elements does not change; zeros
 * fill the last ciphertext.
 *
 * @param features rows of the matrix
 * @param tokens its columns, 1 to 8192
 */
public record Packing(int features, int tokens) {
  /** The number of slots of a ciphertext. */
  public static final int SLOTS = 8192;

  /**
   * The fraction of slots that a ciphertext should use at least; below it, tokens are divided
   * instead.
   */
  private static final double FULL = 0.8;

  public Packing {
    if (features < 1 || tokens < 1 || tokens > SLOTS) {
      throw new IllegalArgumentException(
          features + " features of " + tokens + " tokens: a ciphertext has 1 to " + SLOTS);
    }
  }

  /** Returns the features in one ciphertext. */
  int side() {
    return Math.min(features, SLOTS / tokens);
  }

  /** Returns the number of ciphertexts. */
  public int rows() {
    return (features + side() - 1) / side();
  }

  /** Returns the slots in use of each ciphertext. */
  public int columns() {
    return side() * tokens;
  }

  /**
   * Returns the matrix followed by zeros up to whole ciphertexts; a view of it if there is nothing
   * to add.
   */
  public RingVector pad(Arena arena, RingVector x) {
    long padded = (long) rows() * columns();
    return padded == x.length() ? x.view(0, padded) : x.padded(arena, padded);
  }

  /** Returns one value per token, once for every feature of a ciphertext. */
  public RingVector spread(Arena arena, RingVector perToken) {
    return perToken.repeat(arena, side());
  }

  /**
   * Returns how many of the next {@code tokens} tokens, at most {@code most}, to take at once so
   * that slots are not wasted.
   */
  static int tile(long tokens, int most) {
    int all = (int) Math.min(tokens, most);
    boolean full = SLOTS / all * all >= FULL * SLOTS;
    return full ? all : Integer.highestOneBit(all);
  }
}
