// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import io.secmoe.model.checkpoint.Matrix;
import io.secmoe.model.layers.Scales;
import io.secmoe.party.Profile;

/** The scales of an earlier calibration. */
record StoredScales(Calibration calibration, Profile profile) implements Scales {
  @Override
  public int bits(String value) {
    return calibration.bits(value);
  }

  @Override
  public int fraction(Matrix matrix, int bits, int inputFraction) {
    return calibration.fraction(matrix.name());
  }

  @Override
  public int tableFraction(Matrix table) {
    return calibration.fraction(table.name());
  }
}
