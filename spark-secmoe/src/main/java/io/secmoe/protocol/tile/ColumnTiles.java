// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.tile;

import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;
import java.util.function.UnaryOperator;

/**
 * Runs a protocol over the columns of a row-major matrix, a few columns at a time, so that memory
 * does not grow with the number of columns.
 */
public final class ColumnTiles {
  private ColumnTiles() {}

  /**
   * Returns the results of {@code protocol} on tiles of x, {@code rows} × any number of columns, as
   * one matrix of the same shape over the results' ring. A tile has at most {@code most} columns.
   * Both parties must call this with equal shapes.
   */
  public static RingVector map(
      Arena arena, RingVector x, int rows, int most, UnaryOperator<RingVector> protocol) {
    long columns = x.length() / rows;
    if (columns * rows != x.length() || columns == 0) {
      throw new IllegalArgumentException(x.length() + " values are not " + rows + " rows");
    }
    if (Packing.tile(columns, most) == columns) {
      return protocol.apply(x);
    }
    RingVector all = null;
    for (long from = 0; from < columns; ) {
      int n = Packing.tile(columns - from, most);
      try (RingVector tile = gather(arena, x, rows, from, n);
          RingVector result = protocol.apply(tile)) {
        all = all == null ? RingVector.uninitialised(arena, result.modulus(), x.length()) : all;
        TokenTiles.put(all, rows, from, result);
      }
      from += n;
    }
    return all;
  }

  private static RingVector gather(Arena arena, RingVector x, int rows, long from, int n) {
    long columns = x.length() / rows;
    RingVector tile = RingVector.uninitialised(arena, x.modulus(), (long) rows * n);
    for (int r = 0; r < rows; r++) {
      tile.put((long) r * n, x.view(r * columns + from, n));
    }
    return tile;
  }
}
