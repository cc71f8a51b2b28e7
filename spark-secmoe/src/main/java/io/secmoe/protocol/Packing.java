package io.secmoe.protocol;

import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * How a matrix of features × tokens, feature-major, lies in ciphertexts: as many whole features side by side as fit into 8192
 * slots. The order of the elements does not change; zeros fill the last ciphertext.
 *
 * @param features rows of the matrix
 * @param tokens its columns, 1 to 8192
 */
record Packing(int features, int tokens) {
  /** The share of slots in use below which tokens are worth splitting. */
  private static final double FULL = 0.8;

  Packing {
    if (features < 1 || tokens < 1 || tokens > Upload.SLOTS) {
      throw new IllegalArgumentException(features + " features of " + tokens + " tokens: a ciphertext has 1 to " + Upload.SLOTS);
    }
  }

  /** Features in one ciphertext. */
  int side() {
    return Math.min(features, Upload.SLOTS / tokens);
  }

  /** Ciphertexts. */
  int rows() {
    return (features + side() - 1) / side();
  }

  /** Slots in use of each. */
  int columns() {
    return side() * tokens;
  }

  /** The matrix followed by zeros up to whole ciphertexts; a view of it if there is nothing to add. */
  RingVector pad(Arena arena, RingVector x) {
    long padded = (long) rows() * columns();
    return padded == x.length() ? x.view(0, padded) : x.padded(arena, padded);
  }

  /** One value per token, once for every feature of a ciphertext. */
  RingVector spread(Arena arena, RingVector perToken) {
    return perToken.repeat(arena, side());
  }

  /** How many of the next {@code tokens} tokens, at most {@code most}, to take at once so that slots are not wasted. */
  static int tile(long tokens, int most) {
    int all = (int) Math.min(tokens, most);
    boolean full = Upload.SLOTS / all * all >= FULL * Upload.SLOTS;
    return full ? all : Integer.highestOneBit(all);
  }
}
