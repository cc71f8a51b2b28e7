// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.linear.MatrixProductShape;
import io.secmoe.linear.PairColumns;
import io.secmoe.network.Sequences;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * The layout of the tokens of all sequences, features × tokens, by heads: pair head·count +
 * sequence has a head's features of a sequence's tokens. Layers work on a group of pairs at a time.
 */
record HeadColumns(AttentionShape shape, Sequences sequences) {
  /** The most scores of a group, unless the pairs of one ciphertext have more. */
  private static final int SCORES = 1 << 21;

  int pairs() {
    return Math.multiplyExact(shape.heads().count(), sequences.count());
  }

  /**
   * Returns the number of pairs of a group: those of one ciphertext of tokens, or of one of a
   * head's features if these are more and few enough.
   */
  int group() {
    int length = sequences.length();
    int byTokens = MatrixProductShape.pairsPerCiphertext(length);
    int few = Integer.highestOneBit(Math.max(1, SCORES / length / length));
    return Math.max(
        byTokens, Math.min(few, MatrixProductShape.pairsPerCiphertext(shape.heads().width())));
  }

  /** Returns the features of {@code n} pairs: headWidth × (n × length). */
  RingVector gather(Arena arena, RingVector x, int first, int n) {
    RingVector out =
        RingVector.uninitialised(
            arena, x.modulus(), (long) shape.heads().width() * n * sequences.length());
    forRuns(first, n, (at, from, run) -> out.put(at, x.view(from, run)));
    return out;
  }

  /** Gathers by token: length × (n × headWidth). */
  RingVector gatherByToken(Arena arena, RingVector x, int first, int n) {
    try (RingVector byFeature = gather(arena, x, first, n)) {
      return new PairColumns(shape.heads().width(), n, sequences.length())
          .transposed(arena, byFeature);
    }
  }

  /** Does the reverse of {@link #gather}. */
  void scatter(RingVector gathered, int first, int n, RingVector into) {
    forRuns(first, n, (at, from, run) -> into.put(from, gathered.view(at, run)));
  }

  @FunctionalInterface
  private interface Run {
    void move(long gathered, long all, long length);
  }

  /**
   * Calls an action for each run of columns that are neighbours on both sides: consecutive
   * sequences of one head.
   */
  private void forRuns(int first, int n, Run action) {
    int count = sequences.count();
    int length = sequences.length();
    for (int pair = first, next; pair < first + n; pair = next) {
      int head = pair / count;
      next = Math.min(first + n, (head + 1) * count);
      for (int feature = 0; feature < shape.heads().width(); feature++) {
        long row = (long) head * shape.heads().width() + feature;
        action.move(
            ((long) feature * n + pair - first) * length,
            row * sequences.tokens() + (long) pair % count * length,
            (long) (next - pair) * length);
      }
    }
  }
}
