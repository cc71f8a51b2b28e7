package io.secmoe.layer;

import io.secmoe.linear.Weights;
import io.secmoe.ring.FixedPoint;

/**
 * The public shape of an embedding table: one row of features per id.
 *
 * @param vocabulary ids 0 to vocabulary − 1
 * @param width features of a row
 * @param lowDigits an id is high·lowDigits + low: its row is selected by the two digits
 * @param weightFraction fraction bits of the table, at most 12
 * @param outputBits calibrated: |entry| &lt; 2^outputBits
 * @param published SHA-256 of the table's file, 64 hexadecimal digits, if its owner has published it: the client looks up by itself.
 *     Empty for a table that stays with the server
 */
public record EmbeddingShape(int vocabulary, int width, int lowDigits, int weightFraction, int outputBits, String published) {
  private static final String DIGEST = "[0-9a-f]{64}";

  public EmbeddingShape {
    if (vocabulary < 1 || width < 1 || lowDigits < 1 || lowDigits > vocabulary) {
      throw new IllegalArgumentException(
          "an embedding of " + vocabulary + " ids by " + width + " features, its low digit below " + lowDigits);
    }
    if (weightFraction < 0 || weightFraction > FixedPoint.FRACTION) {
      throw new IllegalArgumentException(
          "an embedding's table has " + weightFraction + " fraction bits, not 0 to " + FixedPoint.FRACTION);
    }
    if (!published.isEmpty() && !published.matches(DIGEST)) {
      throw new IllegalArgumentException("the digest of a published table is not 64 hexadecimal digits");
    }
  }

  /** Of a table that stays with the server. */
  public EmbeddingShape(int vocabulary, int width, int lowDigits, int weightFraction, int outputBits) {
    this(vocabulary, width, lowDigits, weightFraction, outputBits, "");
  }

  /** With digits of about equal numbers of values, which makes for the fewest ciphertexts. */
  public static EmbeddingShape balanced(int vocabulary, int width, int weightFraction, int outputBits) {
    return new EmbeddingShape(vocabulary, width, (int) Math.ceil(Math.sqrt(vocabulary)), weightFraction, outputBits);
  }

  /** The most fraction bits of a table: no more than activations have, as they would only be rounded away. */
  public static int fractionFor(double largest) {
    return Math.min(FixedPoint.FRACTION, Weights.fractionFor(largest));
  }

  /** The same table, published in a file of this digest. */
  public EmbeddingShape publishedAs(String sha256) {
    return new EmbeddingShape(vocabulary, width, lowDigits, weightFraction, outputBits, sha256);
  }

  /** Whether the client has the table. */
  public boolean isPublished() {
    return !published.isEmpty();
  }

  /** Values of an id's high digit. */
  public int highDigits() {
    return (vocabulary + lowDigits - 1) / lowDigits;
  }
}
