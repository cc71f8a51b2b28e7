// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.model.checkpoint.Matrix;
import io.secmoe.network.LinearScale;
import io.secmoe.party.Profile;

/**
 * The ranges and scales that a model is served with. The calibration chooses them, and later they
 * are read from its file.
 */
public interface Scales {
  /** Returns the range bits of a value. */
  int bits(String value);

  /**
   * Returns the fraction bits of a matrix whose products with x at {@code inputFraction} bits lie
   * below 2^bits. Groups that do not fit 12 bits with them are stored smaller ({@link
   * Matrix#shifts}).
   */
  int fraction(Matrix matrix, int bits, int inputFraction);

  /** Returns the scale of a matrix whose products with x have the range bits of {@code value}. */
  default LinearScale linear(Matrix matrix, String value, int inputFraction) {
    int bits = bits(value);
    return new LinearScale(fraction(matrix, bits, inputFraction), bits);
  }

  /**
   * Returns the fraction bits of a table whose rows become activations unchanged. If they need more
   * than 12 bits, its entries take two limbs.
   */
  int tableFraction(Matrix table);

  /** Returns the profile that they were chosen for. */
  Profile profile();
}
