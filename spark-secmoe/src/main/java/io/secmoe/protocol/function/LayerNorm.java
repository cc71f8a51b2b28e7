// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.party.Party;
import io.secmoe.protocol.product.RowSums;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.protocol.tile.ColumnTiles;
import io.secmoe.ring.Arena;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Computes LayerNorm without gain and bias, which belong to the matrix that follows. The input is
 * shares of x modulo t, features × tokens (feature-major), |x| &lt; 2^rangeBits, at 12 fraction
 * bits. The result is shares of (x − μ)/√(σ² + ε) modulo t at 12.
 *
 * <p>d·x − Σx = d·(x − μ) is local and exact. One rescale, by ⌈log₂d⌉ bits more than x alone would
 * need, leaves κ·(x − μ) with κ = d/2^⌈log₂d⌉. The norm does not depend on the scale, except that ε
 * becomes κ²ε. {@link Normalisation} does the rest. The error is as in {@link RmsNorm}: at most
 * 2^−7 of a token's largest value where |x − μ| reaches 2^(10 − f), with f the fraction bits that
 * are kept, 9 at rangeBits 8. The protocol takes the rounds of {@link Rsqrt}, four rescales, an
 * upload and a scaling. It needs the memory of 2^19 elements.
 *
 * <p>Costs per element of 768 × 170, without the mean, below 2^8: 3 COT, 372 bits; 21 rounds.
 */
public final class LayerNorm {
  /** The fraction bits of argument and result. */
  public static final int FRACTION = 12;

  private static final int SQUARES = 8;

  private LayerNorm() {}

  /** Returns this party's share of the normalised x; x stays open. */
  public static RingVector run(Party p, RingVector x, int features, int rangeBits, double epsilon) {
    Normalisation.Shape shape = shape(p.t(), features, rangeBits, epsilon);
    return ColumnTiles.map(
        p.arena(),
        x,
        features,
        Normalisation.tile(features),
        part -> {
          try (RingVector deviations = deviations(p.arena(), part, features);
              RingVector coarse = Rescale.run(p, deviations, shift(features, shape), p.t())) {
            return Normalisation.run(p, coarse, shape);
          }
        });
  }

  /** Returns d·x − Σx. */
  private static RingVector deviations(Arena arena, RingVector x, int features) {
    long tokens = x.length() / features;
    RingVector y = x.copy(arena);
    try (RingVector sum = RowSums.of(arena, x, tokens)) {
      for (long at = 0; at < y.length(); at += tokens) {
        y.view(at, tokens).combineInPlace(features, -1, sum, 0);
      }
    }
    return y;
  }

  private static int shift(int features, Normalisation.Shape shape) {
    return FRACTION + FixedPoint.ceilLog2(features) - shape.fraction();
  }

  static Normalisation.Shape shape(Modulus t, int features, int rangeBits, double epsilon) {
    double kappa = Math.scalb((double) features, -FixedPoint.ceilLog2(features));
    double range = kappa * Math.scalb(1.0, rangeBits + 1);
    int fraction = Normalisation.fraction(t, range, FRACTION, Math.min(features, SQUARES));
    Normalisation.Shape shape =
        new Normalisation.Shape(
            features,
            fraction,
            Normalisation.bound(range, fraction),
            kappa * kappa * epsilon,
            FRACTION);
    if (Math.scalb(range, FRACTION + FixedPoint.ceilLog2(features))
        >= Rescale.bound(t, shift(features, shape))) {
      throw new IllegalArgumentException(
          features + " features below 2^" + rangeBits + " do not fit t = " + t.value());
    }
    return shape;
  }
}
