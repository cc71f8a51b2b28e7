// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.linear.ParameterShape;
import io.secmoe.network.FeedForwardShape;

/**
 * The public shape of a Mixture-of-Experts layer: y = Σ_j p_j·expert_{e_j}(x) over the topK experts
 * e_j of the largest router logits.
 *
 * @param experts E
 * @param topK k: experts per token
 * @param renormalised whether the k weights are divided by their sum (Mixtral), or stay what
 *     softmax over all E gives them (Switch, OLMoE)
 * @param routerBias whether the router's logits have a bias
 * @param capacity 0: no token is ever dropped; else the most tokens of one sequence that an expert
 *     takes, the first ones; others contribute zero. With topK = 1 only
 * @param routerFraction fraction bits of the router's weights
 * @param logitBits calibrated: |router logit| &lt; 2^logitBits
 * @param expert the shape of every expert
 * @param scales which experts' weights are stored smaller
 */
public record MoeShape(
    int experts,
    int topK,
    boolean renormalised,
    boolean routerBias,
    int capacity,
    int routerFraction,
    int logitBits,
    FeedForwardShape expert,
    ExpertScales scales) {
  public MoeShape {
    if (experts < 2 || topK < 1 || topK > experts) {
      throw new IllegalArgumentException(
          "top-k is " + topK + " of " + experts + " experts: 1 ≤ k ≤ E and E ≥ 2 are needed");
    }
    if (capacity < 0 || capacity > 0 && topK > 1) {
      throw new IllegalArgumentException(
          "expert capacity is "
              + capacity
              + " with top-k "
              + topK
              + ": a capacity is not negative (0: none), and only top-1 routing has one");
    }
    if (!scales.up().isEmpty() && scales.up().size() != experts
        || !scales.down().isEmpty() && scales.down().size() != experts) {
      throw new IllegalArgumentException(
          "the scales of single experts are not as many as the experts, " + experts);
    }
    if (expert.biased() && !scales.equals(ExpertScales.NONE)) {
      throw new IllegalArgumentException("experts with biases have one scale for all");
    }
  }

  /** With one scale for all experts. */
  public MoeShape(
      int experts,
      int topK,
      boolean renormalised,
      boolean routerBias,
      int capacity,
      int routerFraction,
      int logitBits,
      FeedForwardShape expert) {
    this(
        experts,
        topK,
        renormalised,
        routerBias,
        capacity,
        routerFraction,
        logitBits,
        expert,
        ExpertScales.NONE);
  }

  /**
   * Selections of the first matrix, parameters first ({@link Strategy#PARAMETERS}); refuses what
   * does not fit.
   */
  public ParameterShape upParameters() {
    return new ParameterShape(experts, expert.upRows(), expert.width());
  }

  /** Selections of the second matrix. */
  public ParameterShape downParameters() {
    return new ParameterShape(experts, expert.width(), expert.hidden());
  }
}
