// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import io.secmoe.protocol.tile.Packing;
import io.secmoe.ring.RingVector;

/**
 * The public shape of independent matrix products AᵀB, one for each pair of a sequence and a head.
 * A matrix of all pairs has the pairs' rows side by side.
 *
 * @param pairs the number of products
 * @param inner the number of rows of both factors
 * @param rows the number of columns of a pair's A, which are the rows of its product
 * @param columns the number of columns of a pair's B and of its product
 */
public record MatrixProductShape(int pairs, int inner, int rows, int columns) {
  public MatrixProductShape {
    if (pairs < 1
        || inner < 1
        || rows < 1
        || columns < 1
        || columns > Packing.SLOTS
        || rows > Packing.SLOTS) {
      throw new IllegalArgumentException(
          pairs
              + " products of "
              + rows
              + " x "
              + inner
              + " by "
              + columns
              + ": numbers are positive, and a"
              + " pair has at most "
              + Packing.SLOTS
              + " columns");
    }
  }

  /** Returns the slots of a pair's row of the given width: the next power of two. */
  static int slots(int width) {
    return width == 1 ? 1 : 2 * Integer.highestOneBit(width - 1);
  }

  /** Returns the number of pairs of that width that lie in one ciphertext. */
  public static int pairsPerCiphertext(int width) {
    return Packing.SLOTS / slots(width);
  }

  /** Returns the shape of BᵀA. */
  MatrixProductShape transposed() {
    return new MatrixProductShape(pairs, inner, columns, rows);
  }

  /**
   * Refuses factors of other sizes.
   *
   * @throws IllegalArgumentException if a or b does not have the size that this shape says
   */
  void require(RingVector a, RingVector b) {
    if (a.length() != (long) inner * pairs * rows || b.length() != (long) inner * pairs * columns) {
      throw new IllegalArgumentException(
          a.length() + " and " + b.length() + " values are no factors of " + this);
    }
  }

  /** Returns the number of elements of the product. */
  long elements() {
    return (long) rows * pairs * columns;
  }
}
