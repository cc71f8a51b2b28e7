package io.secmoe.layer;

/**
 * The public shape of a normalisation of every token. Its gain is not part of it: the matrix that follows has it in its columns.
 *
 * @param rangeBits calibrated: |x| &lt; 2^rangeBits
 * @param epsilon added to the mean square, or to the variance
 */
public record NormShape(Kind kind, int rangeBits, double epsilon) {
  /** What is divided by what. */
  public enum Kind {
    /** Nothing is: the result is x. */
    NONE,
    /** By the root mean square. */
    RMS,
    /** Less the mean, by the standard deviation. */
    LAYER
  }

  /** No normalisation. */
  public static final NormShape NONE = new NormShape(Kind.NONE, 1, 0);
}
