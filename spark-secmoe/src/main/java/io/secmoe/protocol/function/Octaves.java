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
 * Evaluates an {@link OctaveFunction} with relative precision over many octaves. The parties hold
 * additive shares of an integer v, 2^bottom ≤ v &lt; 2^top, in {@link Span#ring}, and get shares of
 * f(v/2^bottom)·2^(16 + steps) in a ring of at least 19 + steps bits.
 *
 * <p>Thermometer bits b_j = [v ≥ 2^(bottom + j·octaves)] find the octaves that v lies in. A mux of
 * public multiples of v by these bits brings v to [1, 2^octaves), where the quadratics hold. A mux
 * of public multiples of the result brings the result back. All multiples telescope: v·m₀ + Σ_j
 * b_j·(m_j − m_{j−1})·v.
 *
 * <p>The error relative to the result is that of the fit and about 2^−13. Breakpoints are met to
 * 2^−6. The protocol takes the rounds of two {@link Thresholds}, three muxes, two rescales and a
 * square. It is used once per row of a matrix, so its bytes hardly count.
 *
 * <p>Costs per element over 8 octaves: 166 COT, 1961 bits; 13½ rounds.
 */
public final class Octaves {
  /** The fraction bits of the value on [1, 2^octaves). */
  public static final int FRACTION = 16;

  /** The fraction bits of the least threshold, which is met to 2^−6 of its size. */
  private static final int BREAKPOINT_FRACTION = 6;

  /**
   * The range of v: from 2^bottom, over steps + 1 groups of {@code octaves} octaves.
   *
   * @param steps at least 1
   */
  public record Span(int bottom, int steps, int octaves) {
    /** Returns the least span from 2^bottom to 2^top and beyond. */
    public static Span of(int bottom, int top, int octaves) {
      return new Span(bottom, Math.max(1, (top - bottom + octaves - 1) / octaves - 1), octaves);
    }

    int top() {
      return bottom + octaves * (steps + 1);
    }

    /** Returns the bits of the scaled v: at least those that its quadratics need. */
    int width() {
      return Math.max(top(), OctaveFunction.IN + octaves);
    }

    public Modulus ring() {
      return Modulus.powerOfTwo(width() + 2);
    }
  }

  private Octaves() {}

  /** Returns this party's share; v stays open. */
  public static RingVector run(Party p, OctaveFunction f, RingVector v, Span span, Modulus out) {
    OctaveFunction.require(p.t());
    Arena arena = p.arena();
    try (RingVector coarse = coarse(arena, v, span, p.isServer());
        DigitVector reached = Thresholds.run(p, coarse, thresholds(span));
        RingVector u =
            multiple(
                p, reached, v, powers(span.steps(), span.octaves(), span.width() - span.top()));
        RingVector value = quadratic(p, f, u);
        RingVector narrow = Rescale.run(p, value, OctaveFunction.OUT - FRACTION, out)) {
      return multiple(p, reached, narrow, powers(span.steps(), 1, 0));
    }
  }

  /** Returns v without the bits that the least threshold does not need. */
  private static RingVector coarse(Arena arena, RingVector v, Span span, boolean server) {
    return v.shift(
        arena, dropped(span), server, Modulus.powerOfTwo(span.top() + 1 - dropped(span)));
  }

  /** Returns 2^(bottom + j·octaves) for j = 1..steps, at the precision of {@link #coarse}. */
  private static long[] thresholds(Span span) {
    long[] thresholds = new long[span.steps()];
    for (int j = 1; j <= span.steps(); j++) {
      thresholds[j - 1] = 1L << (span.bottom() + j * span.octaves() - dropped(span));
    }
    return thresholds;
  }

  private static int dropped(Span span) {
    return Math.max(0, span.bottom() + span.octaves() - BREAKPOINT_FRACTION);
  }

  /** Returns 2^(octaves·(steps − j) + lift) for j = 0..steps. */
  private static long[] powers(int steps, int octaves, int lift) {
    long[] m = new long[steps + 1];
    for (int j = 0; j <= steps; j++) {
      m[j] = 1L << (octaves * (steps - j) + lift);
    }
    return m;
  }

  private static RingVector multiple(Party p, DigitVector reached, RingVector x, long[] m) {
    try (RingVector differences = differences(p.arena(), x, m);
        RingVector chosen = Mux.run(p, reached, differences)) {
      return Piecewise.telescoped(x.copy(p.arena()).affineInPlace(m[0], 0), chosen);
    }
  }

  private static RingVector differences(Arena arena, RingVector x, long[] m) {
    RingVector all = x.repeat(arena, m.length - 1);
    for (int j = 1; j < m.length; j++) {
      all.view((j - 1) * x.length(), x.length()).affineInPlace(m[j] - m[j - 1], 0);
    }
    return all;
  }

  /** Returns f of u, whose ring has 2 bits more than u, in Z_t at 38 fraction bits. */
  private static RingVector quadratic(Party p, OctaveFunction f, RingVector u) {
    Arena arena = p.arena();
    int fraction = u.modulus().bits() - 2 - f.octaves();
    try (RingVector coarse = coarse(arena, f, u, fraction, p.isServer());
        DigitVector reached = Thresholds.run(p, coarse, f.pieces().thresholds());
        RingVector x = Rescale.run(p, u, fraction - OctaveFunction.IN, p.t());
        RingVector square = Product.square(p, x);
        RingVector differences = polynomials(arena, f, x, square, p.isServer());
        RingVector chosen = Mux.run(p, reached, differences)) {
      return Piecewise.telescoped(polynomial(arena, f, 0, x, square, p.isServer()), chosen);
    }
  }

  /** Returns u at the breakpoints' precision. */
  private static RingVector coarse(
      Arena arena, OctaveFunction f, RingVector u, int fraction, boolean server) {
    int grid = f.pieces().gridFraction();
    return u.shift(arena, fraction - grid, server, Modulus.powerOfTwo(grid + f.octaves() + 1));
  }

  private static RingVector polynomials(
      Arena arena, OctaveFunction f, RingVector x, RingVector square, boolean server) {
    RingVector[] parts = new RingVector[f.pieces().steps()];
    for (int j = 1; j <= parts.length; j++) {
      parts[j - 1] = polynomial(arena, f, j, x, square, server);
    }
    RingVector all = RingVector.concat(arena, parts);
    for (RingVector part : parts) {
      part.close();
    }
    return all;
  }

  /** Returns piece j less piece j − 1, or piece 0. */
  private static RingVector polynomial(
      Arena arena, OctaveFunction f, int j, RingVector x, RingVector square, boolean server) {
    PiecewiseFunction p = f.pieces();
    return x.copy(arena)
        .combineInPlace(p.step(j, 1), p.step(j, 2), square, server ? p.step(j, 0) : 0);
  }
}
