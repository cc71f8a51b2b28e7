// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.linear.ParameterShape;
import io.secmoe.network.FeedForwardShape;

/**
 * The public shape of a Mixture-of-Experts layer: y = Σ_j p_j·expert_{e_j}(x) over the topK experts
 * e_j of the largest router logits.
 *
 * @param experts E
 * @param router how experts are chosen and weighed
 * @param expert the shape of every expert
 * @param scales which experts' weights are stored smaller
 */
public record MoeShape(
    int experts, RouterShape router, FeedForwardShape expert, ExpertScales scales) {
  public MoeShape {
    if (experts < 2 || router.topK() > experts) {
      throw new IllegalArgumentException(
          "top-k is "
              + router.topK()
              + " of "
              + experts
              + " experts: 1 ≤ k ≤ E and E ≥ 2 are needed");
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

  /** Makes a shape with one scale for all experts. */
  public MoeShape(int experts, RouterShape router, FeedForwardShape expert) {
    this(experts, router, expert, ExpertScales.NONE);
  }

  /** Returns k, the experts per token. */
  public int topK() {
    return router.topK();
  }

  /**
   * Returns the shape of selections of the first matrix, parameters first ({@link
   * Strategy#PARAMETERS}); refuses shapes that do not fit.
   */
  public ParameterShape upParameters() {
    return new ParameterShape(experts, expert.upRows(), expert.width());
  }

  /** Returns the shape of selections of the second matrix. */
  public ParameterShape downParameters() {
    return new ParameterShape(experts, expert.width(), expert.hidden());
  }
}
