// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.compare;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Correlations;
import io.secmoe.party.Party;
import io.secmoe.party.RowWatch;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.share.And;
import io.secmoe.protocol.share.CorrelatedOt;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.protocol.share.Reveal;
import io.secmoe.protocol.tile.Tiles;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.function.LongToIntFunction;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Records in secret which rows have a value outside its calibrated range, and tells the client at
 * the end, one bit per row. Functions and norms move their arguments to rings that the range fills.
 * A value outside the range would wrap there and silently give a wrong result. Therefore the
 * arguments are compared earlier, while they are shares modulo t, where they have room.
 *
 * <p>The input is shares of x modulo t at f fraction bits, with |x| &lt; 2^b promised. The result
 * for each value is XOR shares of a bit. It is 0 if |x| ≤ 0.68·2^b and 1 if 0.96·2^b ≤ |x| ≤ {@link
 * Width#excess}·2^b. In between it may be either, as rounding has it. A calibration promises at
 * least twice the largest magnitude of its samples, so a row that stays within 1.36 times this
 * magnitude is never marked. An excess is missed in two cases: beyond {@code excess}, where the
 * ring of the comparison wraps as well, and beyond t/4 at the scale of a product, where x has
 * wrapped before the check.
 *
 * <p>First, x is rescaled so that its unit is 2^b/4/16 or less. Then it is multiplied by 17 and
 * shifted, which rounds it to units of 2^b/4·16/17. The result is compared with −3 and 4 ({@link
 * Thresholds}). A value that rounds to −3 to 3 lies within 2^b, whatever the rounding did. {@link
 * RowWatch} combines the bits of each column into 40 bits, without communication. At the end, five
 * correlated OTs per column leave out the columns of padding, 39 ANDs per row tell whether all of
 * its bits are 0, and one bit per row is opened. Each tile takes the rounds of a {@link Rescale}
 * and a comparison.
 *
 * <p>Costs per element below 2^4: 14 COT, 58 bits; 4½ rounds.
 *
 * <p>Costs per element below 2^4, wide: 20 COT, 86 bits; 4½ rounds.
 */
public final class RangeCheck {
  /** The distance beyond a range at which the comparison still sees a value. */
  public enum Width {
    /** The width for arguments of functions after a norm, which bounds them. */
    NARROW(6),
    /** The width for sums of many layers. */
    WIDE(8);

    private final int bits;

    Width(int bits) {
      this.bits = bits;
    }

    /** Returns the multiple of the range up to which values are told from values in it. */
    public double excess() {
      return ((1 << bits - 1) - END - 1.5) * SCALE_DOWN / UNITS;
    }
  }

  /** The number of units in a range, before they are scaled by 16/17. */
  private static final int UNITS = 4;

  private static final int UNIT_BITS = 2;

  /** The first value out of range: up to 3 units after rounding are in range. */
  private static final int END = 4;

  private static final int SCALE = 17;
  private static final int SCALE_BITS = 4;
  private static final double SCALE_DOWN = 16.0 / SCALE;

  /** The most low bits that a rescale drops exactly, as t ≡ 1 modulo 2^24. */
  private static final int MAX_SHIFT = 24;

  private RangeCheck() {}

  /**
   * Checks this party's shares of x modulo t, features × columns; x stays open. Does nothing if no
   * batch is watched.
   *
   * @param columns the number of columns of x: those of the batch, or one for every row
   * @param fraction the fraction bits of x
   * @param rangeBits the calibrated range: |x| &lt; 2^rangeBits
   */
  public static void run(
      Party p, Width width, RingVector x, long columns, int fraction, int rangeBits) {
    if (p.watch().on()) {
      run(p, width, x, fraction, rangeBits, columns(p.watch(), columns));
    }
  }

  /** Checks values in another order: {@code column} gives the column that a value belongs to. */
  public static void run(
      Party p, Width width, RingVector x, int fraction, int rangeBits, LongToIntFunction column) {
    if (!p.watch().on()) {
      return;
    }
    Shape shape = new Shape(width, fraction + rangeBits - UNIT_BITS);
    for (long from = 0; from < x.length(); from += Tiles.ELEMENTS) {
      long first = from;
      try (RingVector fine = Rescale.run(p, tile(x, from), shape.shift(), shape.fine());
          RingVector units = shape.units(p.arena(), fine, p.isServer());
          DigitVector reached = Thresholds.run(p, units, 1 - END, END);
          DigitVector beyond = beyond(p.arena(), reached).xorInPlace((int) p.share(1))) {
        p.watch().add(beyond, i -> column.applyAsInt(first + i));
      }
    }
  }

  /**
   * Tells the client alone for each row that was watched whether it has left its ranges.
   *
   * @param lengths the number of columns of each row without padding, the client's secret; padding
   *     does not count
   */
  public static boolean[] open(ClientParty c, int[] lengths) {
    int columns = c.watch().columns();
    try (DigitVector own = own(c.arena(), columns, lengths);
        DigitVector kept = c.watch().end(c);
        DigitVector theirs = keep(c, own);
        DigitVector shares = kept.whereSet(c.arena(), own).xorInPlace(theirs);
        DigitVector none =
            zero(
                c.arena(),
                rowBits(c.arena(), shares, lengths.length),
                lengths.length,
                (e, v) -> And.run(c, e, v));
        DigitVector opened = Reveal.client(c, none)) {
      boolean[] beyond = new boolean[lengths.length];
      for (int row = 0; row < beyond.length; row++) {
        beyond[row] = opened.get(row) == 0;
      }
      return beyond;
    }
  }

  /** Runs the server's half of {@link #open(ClientParty, int[])}, for so many rows. */
  public static void open(ServerParty s, int rows) {
    try (DigitVector kept = s.watch().end(s);
        Correlations correlations = s.sends().take(kept.length());
        ArrowBuf flips = CorrelatedOt.receiveFlips(s, kept.length());
        DigitVector shares = CorrelatedOt.send(s, correlations, kept, flips);
        DigitVector none =
            zero(
                s.arena(),
                rowBits(s.arena(), shares, rows).xorInPlace(1),
                rows,
                (e, v) -> And.run(s, e, v))) {
      Reveal.server(s, none);
    }
  }

  /** Returns the client's share of the server's digits, but 0 for padding. */
  private static DigitVector keep(ClientParty c, DigitVector own) {
    try (Correlations correlations = c.receives().take(own.length())) {
      CorrelatedOt.sendFlips(c, correlations, own);
      return CorrelatedOt.receive(c, correlations, RowWatch.WIDTH, own);
    }
  }

  /** Returns for every digit whether a column lies within its row's length. */
  private static DigitVector own(Arena arena, int columns, int[] lengths) {
    int perRow = columns / lengths.length;
    int[] bits = new int[columns];
    for (int column = 0; column < columns; column++) {
      bits[column] = column % perRow - lengths[column / perRow] >>> 31;
    }
    try (DigitVector once = DigitVector.of(arena, 1, bits)) {
      return once.repeat(arena, RowWatch.DIGITS);
    }
  }

  /**
   * Turns digits × columns into bits × rows: the XOR of a row's columns is 0 if all of them are,
   * and hardly ever otherwise.
   */
  private static DigitVector rowBits(Arena arena, DigitVector shares, int rows) {
    int columns = (int) (shares.length() / RowWatch.DIGITS);
    int[] bits = new int[RowWatch.DIGITS * RowWatch.WIDTH * rows];
    for (int i = 0; i < shares.length(); i++) {
      int digit = i / columns;
      int row = i % columns / (columns / rows);
      for (int bit = 0; bit < RowWatch.WIDTH; bit++) {
        bits[(digit * RowWatch.WIDTH + bit) * rows + row] ^= shares.get(i) >>> bit & 1;
      }
    }
    return DigitVector.of(arena, 1, bits);
  }

  @FunctionalInterface
  private interface Both {
    DigitVector of(DigitVector e, DigitVector v);
  }

  /** Returns the AND of a row's bits, bit-major, and closes them. */
  private static DigitVector zero(Arena arena, DigitVector bits, int rows, Both and) {
    DigitVector left = bits;
    for (long n = bits.length() / rows; n > 1; n = (n + 1) / 2) {
      long half = n / 2 * rows;
      try (DigitVector all = left) {
        left = and.of(all.view(0, half), all.view(half, half));
        if (n % 2 == 1) {
          try (DigitVector pairs = left) {
            left = DigitVector.concat(arena, pairs, all.view(2 * half, rows));
          }
        }
      }
    }
    return left;
  }

  /**
   * Returns the mapping to columns. If there is one column a row, it counts as the row's first,
   * which every row has.
   */
  private static LongToIntFunction columns(RowWatch watch, long columns) {
    long perColumn = watch.columns() / columns;
    return i -> (int) (i % columns * perColumn);
  }

  private static RingVector tile(RingVector x, long from) {
    return x.view(from, Math.min(Tiles.ELEMENTS, x.length() - from));
  }

  /**
   * Returns the bit for a value that reaches the upper threshold or not the lower one: the XOR of
   * both bits, but for a constant.
   */
  private static DigitVector beyond(Arena arena, DigitVector reached) {
    long n = reached.length() / 2;
    return reached.view(0, n).copy(arena).xorInPlace(reached.view(n, n));
  }

  /** The way x becomes units: {@code bits} fraction bits in a unit. */
  private record Shape(Width width, int bits) {
    /** Returns the bits dropped by the rescale: four less than a unit has, or more. */
    int shift() {
      return Math.min(MAX_SHIFT, bits - SCALE_BITS);
    }

    private int dropped() {
      return bits - shift() + SCALE_BITS;
    }

    Modulus fine() {
      return Modulus.powerOfTwo(width.bits + dropped());
    }

    /** Returns 17/16 of the value in whole units, in place. */
    RingVector units(Arena arena, RingVector fine, boolean ceil) {
      return fine.affineInPlace(SCALE, 0)
          .shift(arena, dropped(), ceil, Modulus.powerOfTwo(width.bits));
    }
  }
}
