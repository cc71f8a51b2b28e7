// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.linear.LinearWeights;
import io.secmoe.network.FeedForwardWeights;

/**
 * The server's weights of one sparse layer.
 *
 * @param router one group, E × d
 * @param experts a group for every expert
 */
public record MoeWeights(LinearWeights router, FeedForwardWeights experts) {}
