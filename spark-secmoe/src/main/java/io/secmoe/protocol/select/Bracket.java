// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import io.secmoe.protocol.select.SelectionNetwork.Match;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;
import java.util.ArrayList;
import java.util.List;

/**
 * One party's state of the knock-out tournament of {@link Top1}: first up, from level to level, who
 * is still in; then down again, which candidate the winner was. On the way down a wire's bit says
 * "the winner came in here": 1 for the winner of the last match, and a match passes the bit of its
 * first wire on to the wire that won.
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
   * Winners go on; {@code gain} is the mux of the differences by the outcome, which is taken over.
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

  /** Steps down one level: the bits of the first wires of its matches. */
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
   * {@code second} is the AND of {@link #firstOrigins} and {@link #outcomes}: the bits of the
   * second wires.
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
