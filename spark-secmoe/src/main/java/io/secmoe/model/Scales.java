package io.secmoe.model;

import io.secmoe.linear.Weights;
import io.secmoe.party.Profile;
import io.secmoe.ring.FixedPoint;

/**
 * Chooses scales from calibrated ranges: a matrix gets the most fraction bits that both 12-bit integers and the range rule allow; one
 * that would lose more than {@link #LOSS} bits of its 12 to the range rule is refused by name.
 */
record Scales(Calibration calibration, Profile profile) {
  private static final int LOSS = 3;

  /** The range bits of a value. */
  int bits(String value) {
    return calibration.bits(value);
  }

  /** Refuses a value that does not fit at 12 fraction bits; {@code tensor} is the one to blame. */
  int bits(String value, String tensor) {
    int bits = bits(value);
    RangeRule.fits(profile, tensor, bits, FixedPoint.FRACTION);
    return bits;
  }

  /** Fraction bits of a matrix whose products with x at {@code inputFraction} bits lie below 2^bits. */
  int fraction(Matrix matrix, int bits, int inputFraction) {
    double largest = matrix.largest();
    int wanted = Weights.fractionFor(largest);
    int possible = RangeRule.weightFraction(profile, largest, bits, inputFraction);
    int fraction = wanted - possible <= LOSS ? possible : wanted - LOSS;
    RangeRule.product(profile, matrix.name(), bits, fraction, inputFraction);
    return fraction;
  }
}
