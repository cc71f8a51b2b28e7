// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * Moves columns of matrices whose rows are those of several pairs, side by side.
 *
 * @param rows the number of rows of the matrix
 * @param pairs the number of pairs
 * @param width the number of columns of each pair
 */
public record PairColumns(int rows, int pairs, int width) {
  /**
   * Returns the columns of {@code count} pairs from {@code first} on, each pair's row followed by
   * zeros up to {@code slots}.
   */
  RingVector gather(Arena arena, RingVector x, int first, int count, int slots) {
    int run = run(slots);
    RingVector out = RingVector.zeros(arena, x.modulus(), (long) rows * count * slots);
    for (int row = 0; row < rows; row++) {
      for (int pair = 0; pair < count; pair += run) {
        int n = Math.min(run, count - pair);
        out.put(
            ((long) row * count + pair) * slots, x.view(at(row, first + pair), (long) n * width));
      }
    }
    return out;
  }

  /** Does the reverse of {@link #gather}: the zeros that were added are left out. */
  void scatter(RingVector gathered, int first, int count, int slots, RingVector into) {
    int run = run(slots);
    for (int row = 0; row < rows; row++) {
      for (int pair = 0; pair < count; pair += run) {
        int n = Math.min(run, count - pair);
        into.put(
            at(row, first + pair),
            gathered.view(((long) row * count + pair) * slots, (long) n * width));
      }
    }
  }

  /** Returns every pair's matrix transposed: width × (pairs × rows). */
  public RingVector transposed(Arena arena, RingVector x) {
    RingVector out = RingVector.uninitialised(arena, x.modulus(), x.length());
    for (int row = 0; row < rows; row++) {
      for (int pair = 0; pair < pairs; pair++) {
        long from = at(row, pair);
        long to = (long) pair * rows + row;
        for (int i = 0; i < width; i++) {
          out.set(to + (long) i * pairs * rows, x.get(from + i));
        }
      }
    }
    return out;
  }

  private long at(int row, int pair) {
    return ((long) row * pairs + pair) * width;
  }

  /** Returns the number of pairs that move together: all if there is nothing between them. */
  private int run(int slots) {
    return slots == width ? pairs : 1;
  }
}
