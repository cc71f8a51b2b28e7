// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.network.LinearScale;

/**
 * The public shape of a router: how it chooses experts and weighs them.
 *
 * @param topK k: experts per token
 * @param renormalised true if the k weights are divided by their sum (Mixtral); false if they stay
 *     what softmax over all E gives them (Switch, OLMoE)
 * @param biased true if the logits have a bias
 * @param capacity the most tokens of one sequence that an expert takes, the first ones; others
 *     contribute zero. 0 means that no token is ever dropped. Only routers with topK = 1 have one
 * @param logits the scale of the router's weights and of its logits
 */
public record RouterShape(
    int topK, boolean renormalised, boolean biased, int capacity, LinearScale logits) {
  public RouterShape {
    if (topK < 1) {
      throw new IllegalArgumentException("top-k is " + topK + ": at least 1 is needed");
    }
    if (capacity < 0 || capacity > 0 && topK > 1) {
      throw new IllegalArgumentException(
          "expert capacity is "
              + capacity
              + " with top-k "
              + topK
              + ": a capacity is not negative (0: none), and only top-1 routing has one");
    }
  }

  /** Makes a router that takes the best expert of each token, with its weight in the softmax. */
  public static RouterShape top1(LinearScale logits) {
    return topK(1, logits);
  }

  /** Makes a router that takes the k best experts, with their weights in the softmax over all. */
  public static RouterShape topK(int k, LinearScale logits) {
    return new RouterShape(k, false, false, 0, logits);
  }

  /** Returns this router with weights that are divided by their sum, or not. */
  public RouterShape withRenormalised(boolean divided) {
    return new RouterShape(topK, divided, biased, capacity, logits);
  }

  /** Returns this router with a bias, or without one. */
  public RouterShape withBias(boolean present) {
    return new RouterShape(topK, renormalised, present, capacity, logits);
  }

  /** Returns this router with a capacity of every expert; 0 for none. */
  public RouterShape withCapacity(int tokens) {
    return new RouterShape(topK, renormalised, biased, tokens, logits);
  }
}
