// SPDX-License-Identifier: Apache-2.0
package io.secmoe.network;

import io.secmoe.linear.LinearWeights;

/**
 * The server's weights of one feed-forward network, or of all experts of a sparse layer: a group
 * each.
 *
 * @param up [W1; V] and b1: groups × {@link FeedForwardShape#upRows} × d
 * @param down W2 and b2: groups × d × d_ff
 */
public record FeedForwardWeights(LinearWeights up, LinearWeights down) {}
