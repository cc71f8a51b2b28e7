// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

/**
 * The public shape of a normalisation of every token. The gain is not part of it, because it is
 * folded into the columns of the matrix that follows.
 *
 * @param kind the function
 * @param rangeBits the calibrated range: |x| &lt; 2^rangeBits
 * @param epsilon the number that is added to the mean square, or to the variance
 */
public record NormShape(Kind kind, int rangeBits, double epsilon) {
  /** The kind of normalisation. */
  public enum Kind {
    /** None: the result is x. */
    NONE,
    /** Division by the root mean square. */
    RMS,
    /** Subtraction of the mean and division by the standard deviation. */
    LAYER
  }

  /** The shape of no normalisation. */
  public static final NormShape NONE = new NormShape(Kind.NONE, 1, 0);

  /** The widest range that is possible. */
  public static final int MAX_RANGE_BITS = 20;

  public NormShape {
    if (kind == null || rangeBits < 1 || rangeBits > MAX_RANGE_BITS) {
      throw new IllegalArgumentException(
          "a norm of values below 2^"
              + rangeBits
              + ": 2^1 to 2^"
              + MAX_RANGE_BITS
              + " are possible");
    }
    if (!(epsilon >= 0 && epsilon <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "a norm's epsilon is " + epsilon + ", not a finite number of 0 or more");
    }
  }
}
