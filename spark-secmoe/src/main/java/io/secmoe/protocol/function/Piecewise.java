// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.party.Party;
import io.secmoe.protocol.compare.Thresholds;
import io.secmoe.protocol.product.Product;
import io.secmoe.protocol.share.Mux;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Evaluates a piecewise quadratic of a shared value: additive shares of x in Z_{2^r} at 12 fraction
 * bits become shares of f(x) in Z_{2^(r − 11)} at 15.
 *
 * <p>f(x) = P₀(x) + Σ_j [x ≥ θ_j]·(P_j − P_{j−1})(x), with thermometer bits and telescoping muxes.
 * The coefficients are public, so every difference is local once x² is shared, and only one square
 * is evaluated for any number of pieces. Differences are computed at 26 fraction bits and lose the
 * low 11 before the mux, which is free because the ring shrinks by as much. Telescoping is exact
 * modulo the ring, so pieces that do not apply may overflow. Breakpoints are met to one step of
 * their grid, and pieces hold that far.
 *
 * <p>The protocol needs |x| &lt; 2^rangeBits and |f| &lt; 2^(r − 28), which leaves room for a
 * rescale of the result. x² is right where it stays below t/4, that is for |x| &lt; 2^7. Farther
 * out the pieces are straight, and a wrong x² does not matter. If a piece is curved there, x loses
 * a fraction bit per bit of range. An x beyond its range wraps around the ring of the comparisons.
 * The result is then that of another piece, or meaningless, at the same size and time, and
 * calibration must prevent this. The protocol takes the rounds of two rescales, a square, a {@link
 * Thresholds} and a mux; all breakpoints share these rounds. Source: SecMoE (arXiv 2601.06790),
 * Protocol 2, in the form with public coefficients.
 *
 * <p>Costs per element below 2^5: 74 COT, 846 bits; 8½ rounds.
 */
public final class Piecewise {
  /** The fraction bits of the argument. */
  public static final int IN = 12;

  /** The fraction bits of the result. */
  public static final int OUT = 15;

  private static final int INNER = 26;
  private static final int SQUARE_FRACTION = 12;

  private Piecewise() {}

  /**
   * Returns the argument's ring for |f(x)| &lt; 2^rangeBits and |x| &lt; 2^rangeBits, with room for
   * a rescale.
   */
  public static Modulus ring(int rangeBits) {
    return Modulus.powerOfTwo(rangeBits + INNER + 2);
  }

  /** Returns the result's ring for an argument in {@code ring}. */
  public static Modulus result(Modulus ring) {
    return Modulus.powerOfTwo(ring.bits() - (INNER - OUT));
  }

  /** Returns this party's share of f(x); x stays open. */
  public static RingVector run(Party p, PiecewiseFunction function, RingVector x, int rangeBits) {
    PiecewiseFunction f = function.within(rangeBits);
    Arena arena = p.arena();
    try (RingVector square = square(p, f, x, rangeBits);
        RingVector coarse = coarse(arena, f, x, rangeBits, p.isServer())) {
      try (DigitVector reached = Thresholds.run(p, coarse, f.thresholds());
          RingVector differences = differences(arena, f, x, square, p.isServer());
          RingVector chosen = Mux.run(p, reached, differences)) {
        return sum(arena, f, x, square, chosen, p.isServer());
      }
    }
  }

  private static RingVector square(Party p, PiecewiseFunction f, RingVector x, int rangeBits) {
    int fraction = rootFraction(f, rangeBits);
    try (RingVector narrow = x.reduce(p.arena(), narrowRing(rangeBits));
        RingVector root = Rescale.run(p, narrow, IN - fraction, p.t());
        RingVector square = Product.square(p, root)) {
      return Rescale.run(p, square, 2 * fraction - SQUARE_FRACTION, x.modulus());
    }
  }

  /**
   * Returns the fraction bits of x where it is squared. x² must stay below 2^38, a quarter of t at
   * most, wherever its value matters.
   */
  private static int rootFraction(PiecewiseFunction f, int rangeBits) {
    return Math.min(IN, 19 - Math.min(rangeBits, f.curvedBits()));
  }

  /** Returns a ring with room for |x| &lt; M/4, which a rescale needs. */
  private static Modulus narrowRing(int rangeBits) {
    return Modulus.powerOfTwo(rangeBits + IN + 2);
  }

  /**
   * Returns x at the breakpoints' precision, in the smallest ring that holds its distances from
   * them.
   */
  private static RingVector coarse(
      Arena arena, PiecewiseFunction f, RingVector x, int rangeBits, boolean ceil) {
    return coarse(arena, x, rangeBits + (f.oneSided() ? 1 : 2), f.gridFraction(), ceil);
  }

  /** Returns the share of x with {@code fraction} fraction bits in a ring of {@code bits} more. */
  static RingVector coarse(Arena arena, RingVector x, int bits, int fraction, boolean ceil) {
    try (RingVector narrow = x.reduce(arena, Modulus.powerOfTwo(bits + IN))) {
      return narrow.shift(arena, IN - fraction, ceil, Modulus.powerOfTwo(bits + fraction));
    }
  }

  private static RingVector differences(
      Arena arena, PiecewiseFunction f, RingVector x, RingVector square, boolean server) {
    RingVector all = RingVector.uninitialised(arena, result(x.modulus()), f.steps() * x.length());
    for (int j = 1; j <= f.steps(); j++) {
      try (RingVector difference = polynomial(arena, f, j, x, square, server)) {
        all.put((j - 1) * x.length(), difference);
      }
    }
    return all;
  }

  private static RingVector sum(
      Arena arena,
      PiecewiseFunction f,
      RingVector x,
      RingVector square,
      RingVector chosen,
      boolean server) {
    return telescoped(polynomial(arena, f, 0, x, square, server), chosen);
  }

  /**
   * Adds the parts of {@code chosen}, each as long as {@code start}, to {@code start}, and returns
   * it.
   */
  static RingVector telescoped(RingVector start, RingVector chosen) {
    for (long at = 0; at < chosen.length(); at += start.length()) {
      start.addInPlace(chosen.view(at, start.length()));
    }
    return start;
  }

  /** Returns (P_j − P_{j−1})(x), or P_0(x), at the result's precision. */
  private static RingVector polynomial(
      Arena arena,
      PiecewiseFunction f,
      int piece,
      RingVector x,
      RingVector square,
      boolean server) {
    try (RingVector exact =
        x.copy(arena)
            .combineInPlace(
                f.step(piece, 1), f.step(piece, 2), square, server ? f.step(piece, 0) : 0)) {
      return exact.shift(arena, INNER - OUT, server, result(x.modulus()));
    }
  }
}
