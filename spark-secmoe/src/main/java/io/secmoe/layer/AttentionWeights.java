// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.linear.Weights;

/**
 * The server's parameters of an attention layer; biases are null if there are none, and else
 * integers at their product's untruncated scale.
 *
 * @param query heads·headWidth × width, as {@code key} and {@code value}
 * @param output width × heads·headWidth
 */
public record AttentionWeights(
    Weights query,
    Weights key,
    Weights value,
    Weights output,
    long[] queryBias,
    long[] keyBias,
    long[] valueBias,
    long[] outputBias,
    PositionBias position) {
  /** Without biases of the matrices. */
  public AttentionWeights(
      Weights query, Weights key, Weights value, Weights output, PositionBias position) {
    this(query, key, value, output, null, null, null, null, position);
  }
}
