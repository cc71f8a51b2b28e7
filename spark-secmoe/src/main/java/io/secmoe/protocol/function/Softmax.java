// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.protocol.product.RowScale;
import io.secmoe.protocol.product.RowSums;
import io.secmoe.protocol.product.UploadFactors;
import io.secmoe.protocol.select.Maximum;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.protocol.share.RescalePositive;
import io.secmoe.protocol.tile.ColumnTiles;
import io.secmoe.protocol.tile.Packing;
import io.secmoe.protocol.tile.Tiles;
import io.secmoe.ring.Arena;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Computes softmax over {@code width} values. The input is shares of x modulo t, element-major
 * (width × rows), |x| &lt; 2^rangeBits, at {@code fraction} bits. The result is shares of
 * softmax(x) modulo t at 12, of the same shape.
 *
 * <p>p_i = 2^(y_i − m) / Σ_j 2^(y_j − m) with y = x·log₂e, for any m near the largest y, because
 * softmax does not change when a constant is subtracted. The {@link Maximum} is taken at 2 fraction
 * bits, less than 1/4 off, and m is that maximum plus 1/4 + 1/10. So the largest exponent lies
 * between −0.6 and −0.1, every {@link PowerOfTwo} is below t/2, and the sum is above 1/2, where
 * {@link Reciprocal} starts. Powers below 2^−(12 + log₂width) count as 2^−(12 + log₂width).
 *
 * <p>The error is at most 2^−9 absolute for width ≤ 128. Of this, the rounding of powers takes
 * 2^−10.9 and the powers below the cut take 2^−11.4. In the worst case, every doubling of the width
 * adds about half a bit. The protocol takes log₂width times the rounds of a comparison and a mux,
 * those of a power of two and a reciprocal, four rescales, and a scaling. It needs the memory of
 * {@link Tiles#ELEMENTS} elements.
 *
 * <p>Costs per element of 128 × 1024 below 2^5: 43 COT, 863 bits; 61 rounds.
 */
public final class Softmax {
  /** The fraction bits of the result. */
  public static final int OUT = 12;

  private static final int POWER_FRACTION = 20;
  private static final int LARGEST_OCTAVES = 22;

  /**
   * The margin (1/4 + 1/10)·2^13, which is more than the largest exponent can be too large and
   * leaves room below t/2.
   */
  private static final long MARGIN = 2867;

  private Softmax() {}

  /** Returns this party's share of softmax(x); x stays open. */
  public static RingVector run(Party p, RingVector x, int width, int fraction, int rangeBits) {
    OctaveFunction.require(p.t());
    return ColumnTiles.map(
        p.arena(), x, width, tile(width), part -> tile(p, part, width, fraction, rangeBits));
  }

  private static RingVector tile(Party p, RingVector x, int width, int fraction, int rangeBits) {
    int scale = p.t().bits() - 1;
    try (RingVector scaled = Rescale.run(p, x, fraction - PowerOfTwo.FRACTION, ring(rangeBits));
        RingVector y = octaves(p.arena(), scaled, p.isServer());
        RingVector coarse = PowerOfTwo.coarse(p.arena(), y, p.isServer());
        RingVector largest = Maximum.run(p, coarse, width);
        RingVector exponents =
            exponents(p.arena(), y, largest, width)
                .affineInPlace(1, p.share(((long) cut(width) << PowerOfTwo.FRACTION) - MARGIN));
        RingVector powers = PowerOfTwo.run(p, exponents, scale - cut(width));
        RingVector e = RescalePositive.run(p, powers, scale - POWER_FRACTION, p.t())) {
      return normalise(p, e, width);
    }
  }

  private static RingVector normalise(Party p, RingVector e, int width) {
    return p.side(c -> normalise(c, e, width), s -> normalise(s, e, width));
  }

  /** Returns e / Σe, with one upload of e and one reciprocal for every row. */
  private static RingVector normalise(ClientParty c, RingVector e, int width) {
    Packing packing = new Packing(width, (int) (e.length() / width));
    try (RingVector sum = RowSums.of(c.arena(), e, packing.tokens());
        RingVector inverse = Reciprocal.run(c, sum, POWER_FRACTION, sumBits(width));
        RingVector spread = packing.spread(c.arena(), inverse);
        RingVector padded = packing.pad(c.arena(), e)) {
      UploadFactors.client(c, padded, packing.rows());
      try (RingVector p = RowScale.client(c, padded, packing.rows(), spread)) {
        return Rescale.client(
            c, p.view(0, e.length()), POWER_FRACTION + Reciprocal.OUT - OUT, c.t());
      }
    }
  }

  private static RingVector normalise(ServerParty s, RingVector e, int width) {
    Packing packing = new Packing(width, (int) (e.length() / width));
    try (RingVector sum = RowSums.of(s.arena(), e, packing.tokens());
        RingVector inverse = Reciprocal.run(s, sum, POWER_FRACTION, sumBits(width));
        RingVector spread = packing.spread(s.arena(), inverse);
        RingVector padded = packing.pad(s.arena(), e);
        Encrypted theirs = UploadFactors.server(s, packing.rows(), packing.columns());
        RingVector p = RowScale.server(s, theirs, padded, spread)) {
      return Rescale.server(s, p.view(0, e.length()), POWER_FRACTION + Reciprocal.OUT - OUT, s.t());
    }
  }

  /** Returns the octaves between the largest power and the least that is told apart. */
  private static int cut(int width) {
    return Math.min(LARGEST_OCTAVES, OUT + sumBits(width));
  }

  /** Returns the bits of the sum of {@code width} powers below 1. */
  private static int sumBits(int width) {
    return Math.max(1, FixedPoint.ceilLog2(width));
  }

  private static int tile(int width) {
    return Math.max(1, Math.min(Packing.SLOTS, Tiles.ELEMENTS / width));
  }

  /** Returns a ring with room for differences of x·log₂e at 13 + 14 fraction bits. */
  private static Modulus ring(int rangeBits) {
    return Modulus.powerOfTwo(
        Math.max(rangeBits, PowerOfTwo.RANGE_BITS) + PowerOfTwo.FRACTION + Exp.LOG2_E_FRACTION + 3);
  }

  /** Returns x·log₂e at 13 fraction bits. */
  private static RingVector octaves(Arena arena, RingVector x, boolean server) {
    return x.affineInPlace(Exp.LOG2_E, 0)
        .shift(
            arena,
            Exp.LOG2_E_FRACTION,
            server,
            Modulus.powerOfTwo(x.modulus().bits() - Exp.LOG2_E_FRACTION));
  }

  /** Returns y − m, with a coarse m. */
  private static RingVector exponents(Arena arena, RingVector y, RingVector largest, int width) {
    try (RingVector fine =
            largest
                .shift(arena, 0, false, y.modulus())
                .affineInPlace(1L << (PowerOfTwo.FRACTION - PowerOfTwo.COARSE), 0);
        RingVector repeated = fine.repeat(arena, width)) {
      return y.copy(arena).subtractInPlace(repeated);
    }
  }
}
