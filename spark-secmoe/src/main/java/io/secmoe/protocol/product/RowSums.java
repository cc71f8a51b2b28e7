// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.product;

import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/** Adds up the rows of a matrix of shares, locally. */
public final class RowSums {
  private RowSums() {}

  /** Returns Σ over rows of x, any number of rows × {@code columns}. */
  public static RingVector of(Arena arena, RingVector x, long columns) {
    RingVector sum = x.view(0, columns).copy(arena);
    for (long at = columns; at < x.length(); at += columns) {
      sum.addInPlace(x.view(at, columns));
    }
    return sum;
  }
}
