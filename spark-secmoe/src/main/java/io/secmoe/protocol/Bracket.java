package io.secmoe.protocol;

import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;
import java.util.ArrayList;
import java.util.List;

/**
 * One party's state of the knock-out tournament of {@link Top1}: who is still in (as shares), and which candidates each of them may turn
 * out to be. A candidate that has not yet played has the public bit 1, kept as null.
 */
final class Bracket implements AutoCloseable {
  private final Arena arena;
  private final long tokens;
  private final DigitVector[] bits;
  private List<int[]> groups = new ArrayList<>();
  private List<RingVector> values = new ArrayList<>();

  Bracket(Arena arena, RingVector candidates, int experts) {
    this.arena = arena;
    this.tokens = candidates.length() / experts;
    this.bits = new DigitVector[experts];
    for (int e = 0; e < experts; e++) {
      groups.add(new int[] {e});
      values.add(candidates.view(e * tokens, tokens).copy(arena));
    }
  }

  boolean undecided() {
    return groups.size() > 1;
  }

  private int matches() {
    return groups.size() / 2;
  }

  /** first − second of every match: negative iff the second wins. */
  RingVector differences() {
    RingVector all = RingVector.uninitialised(arena, values.get(0).modulus(), matches() * tokens);
    for (int m = 0; m < matches(); m++) {
      RingVector part = all.view(m * tokens, tokens);
      part.put(0, values.get(2 * m));
      part.subtractInPlace(values.get(2 * m + 1));
    }
    return all;
  }

  /** Shares of all one-hot bits this level may clear, match by match; null if all are still public. */
  DigitVector pendingBits() {
    List<DigitVector> parts = new ArrayList<>();
    forEachPlaying((match, second, candidate) -> {
      if (bits[candidate] != null) {
        parts.add(bits[candidate]);
      }
    });
    return parts.isEmpty() ? null : DigitVector.concat(arena, parts.toArray(new DigitVector[0]));
  }

  /** The match's outcome as seen by each pending bit: "my side won"; null if all bits are public. */
  DigitVector masks(DigitVector secondWins, boolean server) {
    List<DigitVector> parts = new ArrayList<>();
    try (DigitVector firstWins = complement(secondWins, server)) {
      forEachPlaying((match, second, candidate) -> {
        if (bits[candidate] != null) {
          parts.add((second ? secondWins : firstWins).view(match * tokens, tokens));
        }
      });
      return parts.isEmpty() ? null : DigitVector.concat(arena, parts.toArray(new DigitVector[0]));
    }
  }

  /** Winners go on; {@code gain} is the mux of the differences by the outcome, {@code cleared} the pending bits after the ANDs. */
  void advance(RingVector gain, DigitVector secondWins, DigitVector cleared, boolean server) {
    try (cleared; DigitVector firstWins = complement(secondWins, server)) {
      long[] at = {0};
      forEachPlaying((match, second, candidate) -> {
        DigitVector next;
        if (bits[candidate] == null) {
          next = (second ? secondWins : firstWins).view(match * tokens, tokens).copy(arena);
        } else {
          bits[candidate].close();
          next = cleared.view(at[0], tokens).copy(arena);
          at[0] += tokens;
        }
        bits[candidate] = next;
      });
    }
    List<int[]> nextGroups = new ArrayList<>();
    List<RingVector> nextValues = new ArrayList<>();
    for (int m = 0; m < matches(); m++) {
      nextValues.add(values.get(2 * m).subtractInPlace(gain.view(m * tokens, tokens)));
      values.get(2 * m + 1).close();
      nextGroups.add(join(groups.get(2 * m), groups.get(2 * m + 1)));
    }
    if (groups.size() % 2 == 1) {
      nextGroups.add(groups.get(groups.size() - 1));
      nextValues.add(values.get(values.size() - 1));
    }
    groups = nextGroups;
    values = nextValues;
  }

  /** The outcome; a single candidate wins without playing. */
  Top1.Result result() {
    if (bits[0] == null) {
      throw new IllegalStateException("a tournament needs two candidates");
    }
    return new Top1.Result(DigitVector.concat(arena, bits), values.get(0).copy(arena));
  }

  private DigitVector complement(DigitVector secondWins, boolean server) {
    return secondWins.copy(arena).xorInPlace(server ? 1 : 0);
  }

  @FunctionalInterface
  private interface Playing {
    void accept(int match, boolean second, int candidate);
  }

  private void forEachPlaying(Playing action) {
    for (int m = 0; m < matches(); m++) {
      for (int candidate : groups.get(2 * m)) {
        action.accept(m, false, candidate);
      }
      for (int candidate : groups.get(2 * m + 1)) {
        action.accept(m, true, candidate);
      }
    }
  }

  private static int[] join(int[] a, int[] b) {
    int[] all = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  @Override
  public void close() {
    values.forEach(RingVector::close);
    for (DigitVector bit : bits) {
      if (bit != null) {
        bit.close();
      }
    }
  }
}
