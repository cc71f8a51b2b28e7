// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.linear.Weights;

/**
 * The server's table, arranged for the selection by two digits.
 *
 * @param table high × width × limbs·low: group h holds, column by column, the rows of ids h·low to
 *     h·low + low − 1, first their low limbs and then their high ones, with zeros beyond the
 *     vocabulary
 */
public record EmbeddingWeights(Weights table) {
  private static final int LIMB = 1 << EmbeddingShape.LIMB_BITS;

  /** Quantises a table of vocabulary × width, which {@code source} gives row by row. */
  public static EmbeddingWeights quantise(EmbeddingShape shape, Weights.Source source) {
    int low = shape.lowDigits();
    int columns = low * shape.limbs();
    int width = shape.width();
    int fraction = shape.weightFraction();
    return new EmbeddingWeights(
        Weights.quantise(
            shape.highDigits(),
            width,
            columns,
            fraction,
            i -> {
              int column = (int) (i % columns);
              long id = i / columns / width * low + column % low;
              double entry =
                  id < shape.vocabulary() ? source.at(id * width + i / columns % width) : 0;
              return shape.limbs() == 1
                  ? entry
                  : Math.scalb(
                      (double) limb(Math.round(Math.scalb(entry, fraction)), column / low),
                      -fraction);
            }));
  }

  /**
   * Returns a limb of an entry. Limb 0 lies from −2^10 to 2^10 − 1; an entry is limb 0 + 2^11·limb
   * 1.
   */
  private static long limb(long entry, int index) {
    long high = Math.floorDiv(entry + LIMB / 2, (long) LIMB);
    return index == 0 ? entry - high * LIMB : high;
  }

  /** Returns the quantised table as it was given, vocabulary × width, row by row. */
  public Weights.Source rows(EmbeddingShape shape) {
    int low = shape.lowDigits();
    int width = shape.width();
    return i -> {
      long id = i / width;
      long at = (id / low * width + i % width) * low * shape.limbs() + id % low;
      long entry = table.get(at) + (shape.limbs() == 1 ? 0 : (long) LIMB * table.get(at + low));
      return Math.scalb((double) entry, -table.fraction());
    };
  }
}
