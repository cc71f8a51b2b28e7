// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.ring.DigitVector;
import java.util.function.LongToIntFunction;

/**
 * One party's XOR shares of one fact about every column of a batch: one of its values left its
 * calibrated range. Many shared bits of a column become 40: each of them is the XOR of a
 * pseudorandom half of the column's bits, the same half at both parties. If no bit of the column is
 * set, all are 0. If one is, each is 1 with probability ½, so that all are 0 with probability
 * 2^−40. Nothing is sent for it. Off until {@link #start}.
 */
public final class RowWatch {
  /** Digits of {@value #WIDTH} bits that are kept of a column. */
  public static final int DIGITS = 5;

  /** Bits of such a digit. */
  public static final int WIDTH = 8;

  private long[] columns;
  private long seen;

  /** Watches a batch of so many columns from now on. */
  public void start(int count) {
    columns = new long[count];
    seen = 0;
  }

  /** Returns true if a batch is watched. */
  public boolean on() {
    return columns != null;
  }

  /** Returns the number of columns that are watched. */
  public int columns() {
    return columns.length;
  }

  /**
   * Takes in XOR shares of bits; {@code column} gives the column that a bit belongs to. Both
   * parties call this alike.
   */
  public void add(DigitVector bits, LongToIntFunction column) {
    for (long i = 0; i < bits.length(); i++) {
      columns[column.applyAsInt(i)] ^= half(seen++) & -(long) bits.get(i);
    }
  }

  /** Returns the shares, digit by digit: DIGITS × columns. Nothing is watched afterwards. */
  public DigitVector end(Party party) {
    int[] digits = new int[DIGITS * columns.length];
    for (int i = 0; i < digits.length; i++) {
      digits[i] =
          (int) (columns[i % columns.length] >>> WIDTH * (i / columns.length)) & (1 << WIDTH) - 1;
    }
    columns = null;
    return DigitVector.of(party.arena(), WIDTH, digits);
  }

  /**
   * Returns the set of kept bits that a bit enters: the finaliser of SplitMix64 (Steele, Lea and
   * Flood, OOPSLA 2014) of its number.
   */
  private static long half(long number) {
    long z = (number + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
