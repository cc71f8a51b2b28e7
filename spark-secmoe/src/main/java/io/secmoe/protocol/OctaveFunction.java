package io.secmoe.protocol;

/**
 * A function with f(2^octaves·x) = f(x)/2, known as quadratics on [1, 2^octaves). The coefficients are c₀ at 36 fraction bits, c₁ at 24 and c₂ at 12, so
 * that c₀ + c₁·u + c₂·u² has 36 for u at 12. Fitted for the relative error by {@code fit_octaves.py}, which prints it.
 */
record OctaveFunction(PiecewiseFunction pieces, int octaves) {
  /** 1/x: relative error of the fit 2^−12.3. */
  static final OctaveFunction RECIPROCAL = new OctaveFunction(PiecewiseFunction.load("reciprocal-octave"), 1);

  /** 1/√x: relative error of the fit 2^−9.9. */
  static final OctaveFunction RSQRT = new OctaveFunction(PiecewiseFunction.load("rsqrt-octaves"), 2);

  /** Fraction bits of the argument of the quadratics. */
  static final int IN = 12;

  /** Fraction bits of their value. */
  static final int OUT = 36;
}
