// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.linear.Weights;
import io.secmoe.network.FeedForwardWeights;

/**
 * The server's weights of one sparse layer.
 *
 * @param router 1 × E × d
 * @param routerBias E integers at the scale of router·x, 12 + routerFraction bits; null if there is
 *     none
 * @param experts a group for every expert
 */
public record MoeWeights(Weights router, long[] routerBias, FeedForwardWeights experts) {}
