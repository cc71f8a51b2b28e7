// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.linear.Weights;
import io.secmoe.ring.FixedPoint;

/**
 * The public shape of an embedding table, which has one row of features per id.
 *
 * @param vocabulary the number of ids, which are 0 to vocabulary − 1
 * @param width the features of a row
 * @param lowDigits the number of values of an id's low digit; an id is high·lowDigits + low, and
 *     the two digits select its row
 * @param weightFraction the fraction bits of the table, at most 12
 * @param limbs 1, or 2 if an entry is low + 2^11·high, of 12 bits with their sign each; then a few
 *     large rows take no precision from the others
 * @param outputBits the calibrated range: |entry| &lt; 2^outputBits
 * @param published the SHA-256 of the table's file, 64 hexadecimal digits, if its owner has
 *     published it, so that the client looks up by itself; empty for a table that stays with the
 *     server
 */
public record EmbeddingShape(
    int vocabulary,
    int width,
    int lowDigits,
    int weightFraction,
    int limbs,
    int outputBits,
    String published) {
  /** log₂ of the weight of the second limb relative to the first. */
  public static final int LIMB_BITS = 11;

  private static final String DIGEST = "[0-9a-f]{64}";
  private static final int MAX_LIMBS = 2;

  public EmbeddingShape {
    if (vocabulary < 1 || width < 1 || lowDigits < 1 || lowDigits > vocabulary) {
      throw new IllegalArgumentException(
          "an embedding of "
              + vocabulary
              + " ids by "
              + width
              + " features, its low digit below "
              + lowDigits);
    }
    if (weightFraction < 0 || weightFraction > FixedPoint.FRACTION) {
      throw new IllegalArgumentException(
          "an embedding's table has "
              + weightFraction
              + " fraction bits, not 0 to "
              + FixedPoint.FRACTION);
    }
    if (limbs < 1 || limbs > MAX_LIMBS) {
      throw new IllegalArgumentException(
          "an embedding's entries have " + limbs + " limbs, not 1 or " + MAX_LIMBS);
    }
    if (!published.isEmpty() && !published.matches(DIGEST)) {
      throw new IllegalArgumentException(
          "the digest of a published table is not 64 hexadecimal digits");
    }
  }

  /** Describes a table of one limb that stays with the server. */
  public EmbeddingShape(
      int vocabulary, int width, int lowDigits, int weightFraction, int outputBits) {
    this(vocabulary, width, lowDigits, weightFraction, 1, outputBits, "");
  }

  /**
   * Makes a shape with one limb, and digits as {@link #balanced(int, int, int, int, int)} has them.
   */
  public static EmbeddingShape balanced(
      int vocabulary, int width, int weightFraction, int outputBits) {
    return balanced(vocabulary, width, weightFraction, 1, outputBits);
  }

  /**
   * Makes a shape with the numbers of values of either digit that need the fewest ciphertexts.
   * Those of the low digit are sent once for every limb.
   */
  public static EmbeddingShape balanced(
      int vocabulary, int width, int weightFraction, int limbs, int outputBits) {
    int low = (int) Math.ceil(Math.sqrt((double) vocabulary / limbs));
    return new EmbeddingShape(vocabulary, width, low, weightFraction, limbs, outputBits, "");
  }

  /**
   * Returns the most fraction bits of a table of so many limbs: no more than activations have, as
   * they would only be rounded away.
   */
  public static int fractionFor(double largest, int limbs) {
    return Math.min(
        FixedPoint.FRACTION, Weights.fractionFor(Math.scalb(largest, -LIMB_BITS * (limbs - 1))));
  }

  /** Returns the shape of this table, published in a file of this digest. */
  public EmbeddingShape publishedAs(String sha256) {
    return new EmbeddingShape(
        vocabulary, width, lowDigits, weightFraction, limbs, outputBits, sha256);
  }

  /** Returns true if the client has the table. */
  public boolean isPublished() {
    return !published.isEmpty();
  }

  /** Returns the values of an id's high digit. */
  public int highDigits() {
    return (vocabulary + lowDigits - 1) / lowDigits;
  }
}
