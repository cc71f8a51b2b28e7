// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import io.secmoe.protocol.select.SelectionNetwork.Match;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;
import java.util.ArrayList;
import java.util.List;

/**
 * One party's state of the knock-out tournament of {@link Top1}. The first pass goes up through the
 * levels and keeps the candidates that are still in. The second pass goes down again and finds
 * which candidate the winner was. In the second pass, the bit of a wire says "the winner came in
 * here". At each match, the wire that won gets the bit of the match's first wire, and the other
 * wire gets 0.
 */
final class Bracket implements AutoCloseable {
  private final Arena arena;
  private final boolean server;
  private final long tokens;
  private final List<List<Match>> levels;
  private final Wires wires;
  private final List<DigitVector> secondWon = new ArrayList<>();
  private final DigitVector[] origin;
  private int level;

  Bracket(Arena arena, RingVector candidates, int experts, boolean server) {
    this.arena = arena;
    this.server = server;
    this.tokens = candidates.length() / experts;
    this.levels = SelectionNetwork.of(experts, 1).pairings();
    this.wires = Wires.of(arena, candidates, experts);
    this.origin = new DigitVector[experts];
  }

  boolean undecided() {
    return secondWon.size() < levels.size();
  }

  /** Returns first − second of every match of this level. */
  RingVector differences() {
    return wires.differences(levels.get(level));
  }

  /**
   * Moves the winners to the next level and takes ownership of {@code outcome}. {@code gain} is the
   * mux of the differences by {@code outcome}.
   */
  void advance(DigitVector outcome, RingVector gain) {
    wires.exchange(levels.get(level), gain);
    secondWon.add(outcome);
    level++;
    if (!undecided()) {
      level = levels.size() - 1;
      origin[0] = outcome.copy(arena).xorInPlace(server ? 1 : 0);
      origin[levels.get(level).get(0).second()] = outcome.copy(arena);
    }
  }

  /** Returns true if there are matches below the last whose winner may be the winner of all. */
  boolean descending() {
    return level > 0;
  }

  /** Steps down one level and returns the bits of the first wires of its matches. */
  DigitVector firstOrigins() {
    level--;
    return DigitVector.concat(
        arena, levels.get(level).stream().map(m -> origin[m.first()]).toArray(DigitVector[]::new));
  }

  /** Returns the outcomes of this level's matches. */
  DigitVector outcomes() {
    return secondWon.get(level);
  }

  /**
   * Sets the bits of both wires of this level's matches. {@code second} holds the bits of the
   * second wires: the AND of {@link #firstOrigins} and {@link #outcomes}.
   */
  void descend(DigitVector second) {
    List<Match> matches = levels.get(level);
    for (int m = 0; m < matches.size(); m++) {
      DigitVector part = second.view(m * tokens, tokens).copy(arena);
      origin[matches.get(m).first()].xorInPlace(part);
      origin[matches.get(m).second()] = part;
    }
  }

  /** Returns one bit per candidate, candidate-major. */
  DigitVector oneHot() {
    return DigitVector.concat(arena, origin);
  }

  RingVector largest() {
    return wires.get(0).copy(arena);
  }

  @Override
  public void close() {
    wires.close();
    secondWon.forEach(DigitVector::close);
    for (DigitVector bit : origin) {
      if (bit != null) {
        bit.close();
      }
    }
  }
}
