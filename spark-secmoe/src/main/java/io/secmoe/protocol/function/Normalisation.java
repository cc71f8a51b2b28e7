// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.protocol.product.RowScale;
import io.secmoe.protocol.product.RowSums;
import io.secmoe.protocol.product.SquareSums;
import io.secmoe.protocol.product.UploadFactors;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.protocol.share.RescalePositive;
import io.secmoe.protocol.tile.Packing;
import io.secmoe.protocol.tile.Tiles;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Divides every token by its root mean square: shares of x modulo t, features × tokens, become
 * shares of x/√(Σx²/d + ε) modulo t. {@link RmsNorm} and {@link LayerNorm} share this half.
 *
 * <p>One upload of x serves the sum of squares and the scaling. Squares are added up under
 * encryption over as many rows as stay below t/2. The remaining additions are local, on shares in a
 * power of two that holds the whole sum. As |y| ≤ √d for the result y, argument and scale have room
 * for 38 − ½·log₂d fraction bits together.
 *
 * <p>Costs per element of 768 × 170: 2 COT, 338 bits; 20 rounds.
 */
public final class Normalisation {
  /**
   * The public facts about x.
   *
   * @param features the number of features of a token, d
   * @param fraction the fraction bits of x
   * @param bound the integer that |x| is at most
   * @param epsilon the number that is added to the mean square of x
   * @param outFraction the fraction bits of the result
   */
  public record Shape(int features, int fraction, long bound, double epsilon, int outFraction) {
    /** The bits of log₂t that are not used: the sign, the range rule's bit and one for errors. */
    private static final int ROOM = 3;

    /** Returns the rows of squares that one sum under encryption takes. */
    int per(Modulus t) {
      return (int) Math.min(features, squares(t, bound));
    }

    /** Returns ε·d at x²'s scale, at least 1, which is added to Σx². */
    long floor() {
      return Math.max(1, Math.round(Math.scalb(epsilon * features, 2 * fraction)));
    }

    /** Returns the shape of 1/√(Σx²/d), for x of this scale as x itself. */
    Rsqrt.Shape rsqrt(Modulus t) {
      OctaveFunction.require(t);
      double largest = (double) bound * bound * features + floor();
      int bottom = Long.SIZE - 1 - Long.numberOfLeadingZeros(floor());
      return new Rsqrt.Shape(
          bottom,
          Math.getExponent(largest) + 1,
          Math.scalb(Math.sqrt(features), fraction),
          scaleFraction(t));
    }

    /** Returns the fraction bits of the scale. */
    int scaleFraction(Modulus t) {
      int halfLog = (FixedPoint.ceilLog2(features) + 1) / 2;
      return Math.min(outFraction + 24, t.bits() - ROOM - halfLog) - fraction;
    }

    /** Returns how many squares of numbers up to {@code bound} stay below t/2. */
    static long squares(Modulus t, long bound) {
      return (long) ((t.value() / 2 - 1) / ((double) bound * bound));
    }
  }

  /**
   * The elements of a tile: four usual tiles. Rounds count once for each tile, and values that
   * exist once per token cost little.
   */
  private static final int ELEMENTS = 4 * Tiles.ELEMENTS;

  private Normalisation() {}

  /** Returns the tokens to take at once. */
  static int tile(int features) {
    return Math.max(1, Math.min(Packing.SLOTS, ELEMENTS / features));
  }

  /** Returns the client's share of the normalised x; x stays open. */
  public static RingVector client(ClientParty c, RingVector x, Shape shape) {
    Packing packing = new Packing(shape.features(), (int) (x.length() / shape.features()));
    Rsqrt.Shape rsqrt = shape.rsqrt(c.t());
    try (RingVector padded = packing.pad(c.arena(), x)) {
      UploadFactors.client(c, padded, packing.rows());
      try (RingVector sums = SquareSums.client(c, padded, packing.rows(), shape.per(c.t()));
          RingVector exact = RescalePositive.client(c, sums, 0, rsqrt.ring());
          RingVector sum = RowSums.of(c.arena(), exact, packing.tokens());
          RingVector scale = Rsqrt.run(c, sum, rsqrt);
          RingVector spread = packing.spread(c.arena(), scale);
          RingVector y = RowScale.client(c, padded, packing.rows(), spread)) {
        return Rescale.client(
            c,
            y.view(0, x.length()),
            shape.fraction() + rsqrt.outFraction() - shape.outFraction(),
            c.t());
      }
    }
  }

  /** Returns the server's share of the normalised x; x stays open. */
  public static RingVector server(ServerParty s, RingVector x, Shape shape) {
    Packing packing = new Packing(shape.features(), (int) (x.length() / shape.features()));
    Rsqrt.Shape rsqrt = shape.rsqrt(s.t());
    try (RingVector padded = packing.pad(s.arena(), x);
        Encrypted theirs = UploadFactors.server(s, packing.rows(), packing.columns());
        RingVector sums = SquareSums.server(s, theirs, padded, shape.per(s.t()));
        RingVector exact = RescalePositive.server(s, sums, 0, rsqrt.ring());
        RingVector sum =
            RowSums.of(s.arena(), exact, packing.tokens()).affineInPlace(1, shape.floor());
        RingVector scale = Rsqrt.run(s, sum, rsqrt);
        RingVector spread = packing.spread(s.arena(), scale);
        RingVector y = RowScale.server(s, theirs, padded, spread)) {
      return Rescale.server(
          s,
          y.view(0, x.length()),
          shape.fraction() + rsqrt.outFraction() - shape.outFraction(),
          s.t());
    }
  }

  /** Returns this party's share of the normalised x; x stays open. */
  public static RingVector run(Party p, RingVector x, Shape shape) {
    return p.side(c -> client(c, x, shape), s -> server(s, x, shape));
  }

  /**
   * Returns the most fraction bits, up to {@code most}, at which at least {@code squares} squares
   * of numbers below {@code range} and a unit of error can be added up below t/2.
   */
  static int fraction(Modulus t, double range, int most, int squares) {
    for (int f = most; f >= 0; f--) {
      if (Shape.squares(t, bound(range, f)) >= squares) {
        return f;
      }
    }
    throw new IllegalArgumentException(
        "squares of values up to " + range + " do not add up below t = " + t.value());
  }

  /** Returns the bound of values below {@code range} at f fraction bits, with a unit of error. */
  static long bound(double range, int f) {
    return (long) Math.ceil(Math.scalb(range, f)) + 1;
  }
}
