// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.ring.RingVector;
import java.util.Collections;
import java.util.List;

/**
 * The factors by which the weights of single experts are stored smaller than those of the others.
 * Without them, an expert whose weights are large would cost all experts fraction bits. Expert e's
 * matrix is stored as W_e / 2^shift_e, and its selector counts 2^shift_e times, which costs nothing
 * and changes no product. Public.
 *
 * @param up shifts of W1 and V by expert; empty if all are 0
 * @param down shifts of W2
 */
public record ExpertScales(List<Integer> up, List<Integer> down) {
  /** One scale for all experts. */
  public static final ExpertScales NONE = new ExpertScales(List.of(), List.of());

  /** The largest shift. */
  public static final int MAX = 10;

  public ExpertScales {
    up = plain(up);
    down = plain(down);
  }

  private static List<Integer> plain(List<Integer> shifts) {
    if (shifts.stream().anyMatch(shift -> shift < 0 || shift > MAX)) {
      throw new IllegalArgumentException(
          "an expert's weights are stored 2^"
              + Collections.max(shifts)
              + " times smaller, the most is 2^"
              + MAX);
    }
    return shifts.stream().allMatch(shift -> shift == 0) ? List.of() : List.copyOf(shifts);
  }

  /** Returns the shift of W1 and V of an expert. */
  public int up(int expert) {
    return up.isEmpty() ? 0 : up.get(expert);
  }

  /** Returns the shift of W2 of an expert. */
  public int down(int expert) {
    return down.isEmpty() ? 0 : down.get(expert);
  }

  /** Returns a party's share of selectors of W1, groups × E × tokens, times 2^shift; in place. */
  RingVector countUp(RingVector selectors, int groups) {
    return count(selectors, groups, up);
  }

  /** Does what {@link #countUp} does, for W2. */
  RingVector countDown(RingVector selectors, int groups) {
    return count(selectors, groups, down);
  }

  private static RingVector count(RingVector selectors, int groups, List<Integer> shifts) {
    for (int i = 0; i < groups * shifts.size(); i++) {
      long tokens = selectors.length() / groups / shifts.size();
      selectors.view(i * tokens, tokens).affineInPlace(1L << shifts.get(i % shifts.size()), 0);
    }
    return selectors;
  }
}
