// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.linear.LinearWeights;

/**
 * The server's parameters of an attention layer.
 *
 * @param query heads·headWidth × width
 * @param key heads·headWidth × width
 * @param value heads·headWidth × width
 * @param output width × heads·headWidth
 * @param position the bias of scores by the distance of two tokens
 */
public record AttentionWeights(
    LinearWeights query,
    LinearWeights key,
    LinearWeights value,
    LinearWeights output,
    PositionBias position) {}
