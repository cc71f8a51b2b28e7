// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.network.LinearScale;

/**
 * The public shape of self-attention over the tokens of a sequence. Scores are not scaled: a model
 * that divides by the root of the head's width has it folded into the query's weights.
 *
 * @param width features of a token, in and out
 * @param heads the attention heads
 * @param biased true if the four matrices have biases
 * @param query the scale of the query's weights, heads·headWidth × width
 * @param key the scale of the key's weights
 * @param value the scale of the value's weights; its bits hold for weighted means of values as well
 * @param output the scale of the output's weights, width × heads·headWidth
 * @param scoreBits calibrated: scores, with the position's bias, lie below 2^scoreBits in magnitude
 */
public record AttentionShape(
    int width,
    Heads heads,
    boolean biased,
    LinearScale query,
    LinearScale key,
    LinearScale value,
    LinearScale output,
    int scoreBits) {
  /**
   * The heads of an attention layer.
   *
   * @param count the number of heads
   * @param width the features of a head's queries, keys and values
   */
  public record Heads(int count, int width) {}

  /** Returns the features of all heads together. */
  public int inner() {
    return heads.count * heads.width;
  }
}
