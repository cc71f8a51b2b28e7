// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.ring.Modulus;

/**
 * A function with f(2^octaves·x) = f(x)/2, given by quadratics on [1, 2^octaves). The coefficients
 * are c₀ at 38 fraction bits, c₁ at 24 and c₂ at 10, so that c₀ + c₁·u + c₂·u² has 38 fraction bits
 * for u at 14. {@code fit_octaves.py} fits them for the relative error, and prints it.
 */
public record OctaveFunction(PiecewiseFunction pieces, int octaves) {
  /** The function 1/x; the fit has a relative error of 2^−12.5. */
  public static final OctaveFunction RECIPROCAL =
      new OctaveFunction(PiecewiseFunction.load("reciprocal-octave"), 1);

  /** The function 1/√x; the fit has a relative error of 2^−10.6. */
  static final OctaveFunction RSQRT =
      new OctaveFunction(PiecewiseFunction.load("rsqrt-octaves"), 2);

  /** The fraction bits of the argument of the quadratics. */
  static final int IN = 14;

  /** The fraction bits of the value of the quadratics. */
  static final int OUT = 38;

  /** Checks t: values up to 1 need 38 bits and the range rule's two. */
  static void require(Modulus t) {
    if (t.bits() <= OUT + 2) {
      throw new IllegalArgumentException(
          "reciprocals and roots need t of " + (OUT + 3) + " bits, not " + t.bits());
    }
  }
}
