// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.model.checkpoint.Matrix;
import io.secmoe.network.LinearScale;
import io.secmoe.party.Profile;

/**
 * The ranges and scales that a model is served with: chosen by the calibration, and then read from
 * its file.
 */
public interface Scales {
  /** The range bits of a value. */
  int bits(String value);

  /**
   * Fraction bits of a matrix whose products with x at {@code inputFraction} bits lie below 2^bits;
   * groups that do not fit 12 bits with them are stored smaller ({@link Matrix#shifts}).
   */
  int fraction(Matrix matrix, int bits, int inputFraction);

  /** Returns the scale of a matrix whose products with x have the range bits of {@code value}. */
  default LinearScale linear(Matrix matrix, String value, int inputFraction) {
    int bits = bits(value);
    return new LinearScale(fraction(matrix, bits, inputFraction), bits);
  }

  /**
   * Fraction bits of a table whose rows become activations as they are; if 12 bits have no room for
   * them, its entries take two limbs.
   */
  int tableFraction(Matrix table);

  /** What they were chosen for. */
  Profile profile();
}
