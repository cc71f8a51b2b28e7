// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.linear.Linear;
import io.secmoe.linear.SelectLinear;
import io.secmoe.network.ActivationLayer;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.FeedForwardWeights;
import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.Answers;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.protocol.product.Upload;
import io.secmoe.protocol.share.OneHot;
import io.secmoe.protocol.share.WeightedOneHot;
import io.secmoe.ring.RingVector;

/**
 * Computes the sparse layer of SecMoE (arXiv 2601.06790, Protocol 1) in select-inputs order. Shares
 * of x modulo t, d × T at 12 fraction bits, become shares of Σ_j p_j·(W2_e·act(W1_e·x + b1_e) +
 * b2_e) modulo t with e = e_j, at {@link MoeLayer#fraction} bits. e_1 … e_k are the experts of the
 * largest router logits (k = 1 in a Switch Transformer). For gated experts, [W1; V] stands for W1
 * and act(W1·x) ⊙ V·x for act.
 *
 * <ol>
 *   <li>Upload x once, at the top level: it serves the router and the first matrix of every choice.
 *   <li>Route: logits, one-hots b_j, gate weights p_j.
 *   <li>Multiply by the first matrix of a selected expert: [W1_1 | … | W1_E]·(b_j ⊗ x).
 *   <li>Compute the activation once per choice, on d_ff features.
 *   <li>Multiply by the second matrix, with the gate weight folded into the selector p_j·b_j,
 *       summed over the choices under encryption.
 * </ol>
 *
 * <p>Neither party learns any e_j. The traffic is d + k·(d_ff + 2E) ciphertexts up, E + k·d_ff + d
 * down (E + 2k·d_ff + d if gated), and that of the activations.
 */
final class SelectThenCompute {
  private SelectThenCompute() {}

  static RingVector client(ClientParty c, MoeShape shape, Sequences sequences, RingVector x) {
    FeedForwardShape expert = shape.expert();
    int tokens = sequences.tokens();
    int level = c.profile().topLevel();
    c.channel().meter().step("router");
    Upload.client(c, x, expert.width(), level);
    try (RingVector logits = Answers.client(c, shape.experts(), tokens, level);
        Routing routing = Router.run(c, shape, sequences, logits);
        RingVector weighted =
            shape
                .scales()
                .countDown(
                    WeightedOneHot.run(c, routing.oneHots(), shape.topK(), routing.gates()),
                    shape.topK());
        RingVector active =
            RingVector.uninitialised(
                c.arena(), c.t(), (long) shape.topK() * expert.hidden() * tokens)) {
      for (int j = 0; j < shape.topK(); j++) {
        c.channel().meter().step("linear");
        try (RingVector selector =
            shape
                .scales()
                .countUp(OneHot.run(c, routing.oneHot(j, shape), 1, shape.experts(), c.t()), 1)) {
          Upload.client(c, selector, shape.experts(), level);
        }
        try (RingVector hidden = SelectLinear.client(c, expert.upRows(), tokens)) {
          c.channel().meter().step("activation");
          ActivationLayer.check(c, expert, hidden);
          try (RingVector part = ActivationLayer.run(c, expert, MoeLayer.HIDDEN_FRACTION, hidden)) {
            active.put(j * part.length(), part);
          }
        }
      }

      c.channel().meter().step("linear");
      Upload.client(c, weighted, shape.topK() * shape.experts(), level);
      Upload.client(c, active, shape.topK() * expert.hidden(), level);
      return SelectLinear.client(c, expert.width(), tokens);
    }
  }

  static RingVector server(
      ServerParty s, MoeShape shape, MoeWeights weights, Sequences sequences, RingVector x) {
    FeedForwardShape expert = shape.expert();
    FeedForwardWeights experts = weights.experts();
    int level = s.profile().topLevel();
    s.channel().meter().step("router");
    try (Encrypted encryptedX = Upload.server(s, x, expert.width(), level);
        RingVector logits = Linear.server(s, weights.router(), encryptedX);
        Routing routing = Router.run(s, shape, sequences, logits);
        RingVector weighted =
            shape
                .scales()
                .countDown(
                    WeightedOneHot.run(s, routing.oneHots(), shape.topK(), routing.gates()),
                    shape.topK());
        RingVector active =
            RingVector.uninitialised(
                s.arena(), s.t(), (long) shape.topK() * expert.hidden() * sequences.tokens())) {
      for (int j = 0; j < shape.topK(); j++) {
        s.channel().meter().step("linear");
        try (RingVector hidden = selected(s, shape, experts, routing, j, encryptedX)) {
          s.channel().meter().step("activation");
          ActivationLayer.check(s, expert, hidden);
          try (RingVector part = ActivationLayer.run(s, expert, MoeLayer.HIDDEN_FRACTION, hidden)) {
            active.put(j * part.length(), part);
          }
        }
      }
      encryptedX.close();

      s.channel().meter().step("linear");
      try (Encrypted encryptedB =
              Upload.server(s, weighted, shape.topK() * shape.experts(), level);
          Encrypted encryptedActive =
              Upload.server(s, active, shape.topK() * expert.hidden(), level)) {
        return SelectLinear.server(s, experts.down(), shape.topK(), encryptedB, encryptedActive);
      }
    }
  }

  /** Returns the first matrix of the expert that is choice {@code j}. */
  private static RingVector selected(
      ServerParty s,
      MoeShape shape,
      FeedForwardWeights experts,
      Routing routing,
      int j,
      Encrypted x) {
    try (RingVector selector =
            shape
                .scales()
                .countUp(OneHot.run(s, routing.oneHot(j, shape), 1, shape.experts(), s.t()), 1);
        Encrypted encryptedB =
            Upload.server(s, selector, shape.experts(), s.profile().topLevel())) {
      return SelectLinear.server(s, experts.up(), 1, encryptedB, x);
    }
  }
}
