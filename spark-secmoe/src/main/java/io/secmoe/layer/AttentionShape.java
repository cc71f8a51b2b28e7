// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

/**
 * The public shape of self-attention over the tokens of a sequence. Scores are not scaled: a model
 * that divides by the root of the head's width has it folded into the query's weights.
 *
 * @param width features of a token, in and out
 * @param heads attention heads
 * @param headWidth features of a head's queries, keys and values
 * @param biased whether the four matrices have biases
 * @param queryFraction fraction bits of the query's weights, heads·headWidth × width
 * @param keyFraction of the key's
 * @param valueFraction of the value's
 * @param outputFraction of the output's, width × heads·headWidth
 * @param queryBits calibrated: |query| &lt; 2^queryBits
 * @param keyBits of keys
 * @param valueBits of values, and so of their weighted means
 * @param scoreBits of scores, the position's bias included
 * @param outputBits of the result
 */
public record AttentionShape(
    int width,
    int heads,
    int headWidth,
    boolean biased,
    int queryFraction,
    int keyFraction,
    int valueFraction,
    int outputFraction,
    int queryBits,
    int keyBits,
    int valueBits,
    int scoreBits,
    int outputBits) {
  /** Features of all heads together. */
  public int inner() {
    return heads * headWidth;
  }
}
