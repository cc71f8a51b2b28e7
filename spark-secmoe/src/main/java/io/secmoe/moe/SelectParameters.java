// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.linear.Linear;
import io.secmoe.linear.LinearShape;
import io.secmoe.linear.ParameterLinear;
import io.secmoe.network.ActivationLayer;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.FeedForwardWeights;
import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.share.OneHot;
import io.secmoe.protocol.share.WeightedOneHot;
import io.secmoe.ring.RingVector;

/**
 * Computes the sparse layer in the literal order of SecMoE (arXiv 2601.06790, Protocol 1): the
 * parameters of the chosen expert are selected under encryption, Σ_i ⟦b_i⟧·W_i, and then multiplied
 * by ⟦x⟧. Steps, function and scales are those of {@link SelectThenCompute}, and so are the numbers
 * modulo t for the same routing. This strategy serves comparison.
 *
 * <p>Every token has its own encrypted matrix, so traffic and work grow with the number of tokens
 * ({@link ParameterLinear}). At d = 64, d_ff = 256 and E = 8 the two matrices take 3.5 MB per
 * token, while those of select-inputs take 78 MB for 1 to 8192 tokens. Rounds grow in the same way.
 */
final class SelectParameters {
  private SelectParameters() {}

  static RingVector client(ClientParty c, MoeShape shape, Sequences sequences, RingVector x) {
    FeedForwardShape expert = shape.expert();
    c.channel().meter().step("router");
    LinearShape router =
        new LinearShape(shape.experts(), expert.width(), shape.router().logits().fraction());
    try (RingVector logits = Linear.client(c, router, x);
        Routing routing = Router.run(c, shape, sequences, logits);
        RingVector weighted =
            shape
                .scales()
                .countDown(
                    WeightedOneHot.run(c, routing.oneHots(), shape.topK(), routing.gates()),
                    shape.topK());
        RingVector selectors =
            shape
                .scales()
                .countUp(
                    OneHot.run(c, routing.oneHots(), shape.topK(), shape.experts(), c.t()),
                    shape.topK())) {
      RingVector sum = RingVector.zeros(c.arena(), c.t(), x.length());
      for (int j = 0; j < shape.topK(); j++) {
        c.channel().meter().step("linear");
        try (RingVector hidden =
            ParameterLinear.client(c, shape.upParameters(), choice(selectors, j, shape), x)) {
          c.channel().meter().step("activation");
          ActivationLayer.check(c, expert, hidden);
          try (RingVector active =
              ActivationLayer.run(c, expert, MoeLayer.HIDDEN_FRACTION, hidden)) {
            c.channel().meter().step("linear");
            try (RingVector y =
                ParameterLinear.client(
                    c, shape.downParameters(), choice(weighted, j, shape), active)) {
              sum.addInPlace(y);
            }
          }
        }
      }
      return sum;
    }
  }

  static RingVector server(
      ServerParty s, MoeShape shape, MoeWeights weights, Sequences sequences, RingVector x) {
    FeedForwardShape expert = shape.expert();
    FeedForwardWeights experts = weights.experts();
    s.channel().meter().step("router");
    try (RingVector logits = Linear.server(s, weights.router(), x);
        Routing routing = Router.run(s, shape, sequences, logits);
        RingVector weighted =
            shape
                .scales()
                .countDown(
                    WeightedOneHot.run(s, routing.oneHots(), shape.topK(), routing.gates()),
                    shape.topK());
        RingVector selectors =
            shape
                .scales()
                .countUp(
                    OneHot.run(s, routing.oneHots(), shape.topK(), shape.experts(), s.t()),
                    shape.topK())) {
      RingVector sum = RingVector.zeros(s.arena(), s.t(), x.length());
      for (int j = 0; j < shape.topK(); j++) {
        s.channel().meter().step("linear");
        try (RingVector hidden =
            ParameterLinear.server(s, experts.up(), choice(selectors, j, shape), x)) {
          s.channel().meter().step("activation");
          ActivationLayer.check(s, expert, hidden);
          try (RingVector active =
              ActivationLayer.run(s, expert, MoeLayer.HIDDEN_FRACTION, hidden)) {
            s.channel().meter().step("linear");
            try (RingVector y =
                ParameterLinear.server(s, experts.down(), choice(weighted, j, shape), active)) {
              sum.addInPlace(y);
            }
          }
        }
      }
      return sum;
    }
  }

  /** Returns the selectors of choice {@code j}, E × T. */
  private static RingVector choice(RingVector selectors, int j, MoeShape shape) {
    long size = selectors.length() / shape.topK();
    return selectors.view(j * size, size);
  }
}
