// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.product;

import io.secmoe.protocol.tile.Packing;
import io.secmoe.ring.Arena;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * The layout of the tokens of {@link WeightedSums} in ciphertexts. A ciphertext of weights holds
 * those of {@code parts} neighbouring tokens of every sequence, each once for as many features as
 * there is room left for. A block of features has as many rows of values as there are ciphertexts
 * of weights, and its sum over rows is one answer.
 *
 * @param features rows of the values
 * @param count sequences
 * @param length tokens of each; count·length is 1 to 8192
 * @param parts tokens of a sequence in one ciphertext
 */
public record SumPacking(int features, int count, int length, int parts) {
  /** The bits of a slot on its way up and down, see {@link UploadFactors} and {@link Answers}. */
  private static final int UP = 150;

  private static final int DOWN = 93;

  /** Returns the packing that takes the fewest bits. */
  public static SumPacking of(int features, int count, int length) {
    if (features < 1 || count < 1 || length < 1 || (long) count * length > Packing.SLOTS) {
      throw new IllegalArgumentException(
          features
              + " features of "
              + count
              + " sequences of "
              + length
              + ": a batch has 1 to "
              + Packing.SLOTS
              + " tokens");
    }
    SumPacking best = new SumPacking(features, count, length, 1);
    for (int parts = 2; parts <= length; parts++) {
      SumPacking other = new SumPacking(features, count, length, parts);
      best = other.cost() < best.cost() ? other : best;
    }
    return best;
  }

  private long cost() {
    return (long) UP * rows() + (long) DOWN * blocks();
  }

  /** Returns the number of features of a block. */
  int side() {
    return Math.min(features, Packing.SLOTS / (count * parts));
  }

  /** Returns the number of blocks of features; each is an answer. */
  public int blocks() {
    return (features + side() - 1) / side();
  }

  /** Returns the number of ciphertexts of weights. */
  public int rows() {
    return (length + parts - 1) / parts;
  }

  /** Returns the slots in use of each. */
  int columns() {
    return parts * side() * count;
  }

  /** Returns the weights, 1 × tokens, once for every feature of a block. */
  RingVector spread(Arena arena, RingVector weights) {
    return gather(arena, weights, (feature, token) -> token);
  }

  /**
   * Returns the values of a block of features; beyond the last feature and the last token there are
   * zeros.
   */
  RingVector block(Arena arena, RingVector x, int block) {
    long tokens = (long) count * length;
    long first = (long) block * side();
    return gather(
        arena,
        x,
        (feature, token) -> first + feature < features ? (first + feature) * tokens + token : -1);
  }

  private RingVector gather(Arena arena, RingVector from, Index index) {
    RingVector packed = RingVector.zeros(arena, from.modulus(), (long) rows() * columns());
    long at = 0;
    for (int token = 0; token < rows() * parts; token++) {
      for (int feature = 0; feature < side(); feature++) {
        for (int s = 0; s < count; s++, at++) {
          long source = token < length ? index.of(feature, (long) s * length + token) : -1;
          if (source >= 0) {
            packed.set(at, from.get(source));
          }
        }
      }
    }
    return packed;
  }

  /**
   * Returns the index of the value for a feature of the block and a column of tokens; negative for
   * a zero.
   */
  private interface Index {
    long of(int feature, long token);
  }

  /** Turns sums over rows, blocks × columns, into sums over all tokens, features × count. */
  RingVector fold(Arena arena, RingVector sums) {
    long cells = (long) side() * count;
    Modulus m = sums.modulus();
    try (RingVector all = RingVector.zeros(arena, m, blocks() * cells)) {
      for (int block = 0; block < blocks(); block++) {
        RingVector sum = all.view(block * cells, cells);
        for (int part = 0; part < parts; part++) {
          sum.addInPlace(sums.view((long) block * columns() + part * cells, cells));
        }
      }
      return all.view(0, (long) features * count).copy(arena);
    }
  }
}
