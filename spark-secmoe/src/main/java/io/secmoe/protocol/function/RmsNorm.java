// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.party.Party;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.protocol.tile.ColumnTiles;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Computes RMSNorm without gain, which belongs to the columns of the matrix that follows. The input
 * is shares of x modulo t, features × tokens (feature-major), |x| &lt; 2^rangeBits, at 12 fraction
 * bits. The result is shares of x/√(mean(x²) + ε) modulo t at 12.
 *
 * <p>Squares add up modulo t, so x keeps only as many of its fraction bits as let a few squares be
 * added up: all 12 for rangeBits ≤ 7, and 10 at 8. {@link Normalisation} does the rest. The error
 * is the relative error of {@link Rsqrt}, a unit of x at its reduced scale times the scaling, and a
 * unit of the result. It is at most 2^−7 of a token's largest value where |x| reaches 2^(9 − f),
 * with f the fraction bits that are kept. The protocol takes the rounds of {@link Rsqrt}, three
 * rescales (one more where bits are dropped), an upload and a scaling. It needs the memory of 2^19
 * elements.
 *
 * <p>Costs per element of 768 × 170 below 2^8: 3 COT, 380 bits; 21 rounds.
 */
public final class RmsNorm {
  /** The fraction bits of argument and result. */
  public static final int FRACTION = 12;

  private static final int FEW_SQUARES = 3;
  private static final int SQUARES = 8;

  private RmsNorm() {}

  /** Returns this party's share of the normalised x; x stays open. */
  public static RingVector run(Party p, RingVector x, int features, int rangeBits, double epsilon) {
    Normalisation.Shape shape = shape(p.t(), features, rangeBits, epsilon);
    return ColumnTiles.map(
        p.arena(),
        x,
        features,
        Normalisation.tile(features),
        part -> {
          if (shape.fraction() == FRACTION) {
            return Normalisation.run(p, part, shape);
          }
          try (RingVector coarse = Rescale.run(p, part, FRACTION - shape.fraction(), p.t())) {
            return Normalisation.run(p, coarse, shape);
          }
        });
  }

  /**
   * Returns the shape for tokens of so many features. Sums of three squares cost as much as a
   * rescale, so x keeps all its bits if three squares fit.
   */
  public static Normalisation.Shape shape(Modulus t, int features, int rangeBits, double epsilon) {
    double range = Math.scalb(1.0, rangeBits);
    int fraction = Normalisation.fraction(t, range, FRACTION, Math.min(features, FEW_SQUARES));
    if (fraction < FRACTION) {
      fraction = Normalisation.fraction(t, range, FRACTION - 1, Math.min(features, SQUARES));
    }
    return new Normalisation.Shape(
        features, fraction, Normalisation.bound(range, fraction), epsilon, FRACTION);
  }
}
