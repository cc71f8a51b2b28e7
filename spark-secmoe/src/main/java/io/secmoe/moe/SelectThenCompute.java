package io.secmoe.moe;

import io.secmoe.linear.Linear;
import io.secmoe.linear.SelectLinear;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Answers;
import io.secmoe.protocol.Encrypted;
import io.secmoe.protocol.OneHot;
import io.secmoe.protocol.Upload;
import io.secmoe.protocol.WeightedOneHot;
import io.secmoe.ring.RingVector;

/**
 * The sparse layer of SecMoE (arXiv 2601.06790, Protocol 1), select-inputs order: [x]_t, d × T at 12 fraction bits, to
 * [p·W2_e·act(W1_e·x)]_t at {@link MoeLayer#fraction} bits, with e the expert of the largest router logit.
 *
 * <ol>
 *   <li>Upload x once, at the top level: it serves the router and the first matrix.
 *   <li>Route: logits, one-hot b, gate weight p.
 *   <li>First matrix of the selected expert: [W1_1 | … | W1_E]·(b ⊗ x).
 *   <li>Activation once, on d_ff features.
 *   <li>Second matrix, with the gate weight folded into the selector p·b.
 * </ol>
 *
 * Neither party learns e. Traffic: d + d_ff + 2E ciphertexts up, E + d_ff + d down, and the activation.
 */
final class SelectThenCompute {
  private SelectThenCompute() {}

  static RingVector client(ClientParty c, MoeShape shape, RingVector x) {
    int tokens = MoeLayer.tokens(shape, x);
    int level = c.profile().topLevel();
    c.channel().meter().step("router");
    Upload.client(c, x, shape.expert().width(), level);
    try (RingVector logits = Answers.client(c, shape.experts(), tokens, level);
        Routing routing = Router.client(c, shape, logits);
        RingVector weighted = WeightedOneHot.client(c, routing.oneHot(), routing.gate())) {
      c.channel().meter().step("linear");
      RingVector hidden;
      try (RingVector selector = OneHot.client(c, routing.oneHot(), 1, shape.experts(), c.t())) {
        Upload.client(c, selector, shape.experts(), level);
        hidden = SelectLinear.client(c, shape.expert().hidden(), tokens);
      }

      c.channel().meter().step("activation");
      try (hidden; RingVector active = ActivationLayer.client(c, shape.expert(), hidden)) {
        c.channel().meter().step("linear");
        Upload.client(c, weighted, shape.experts(), level);
        Upload.client(c, active, shape.expert().hidden(), level);
        return SelectLinear.client(c, shape.expert().width(), tokens);
      }
    }
  }

  static RingVector server(ServerParty s, MoeShape shape, MoeWeights weights, RingVector x) {
    int level = s.profile().topLevel();
    s.channel().meter().step("router");
    try (Encrypted encryptedX = Upload.server(s, x, shape.expert().width(), level);
        RingVector logits = Linear.server(s, weights.router(), null, encryptedX);
        Routing routing = Router.server(s, shape, logits);
        RingVector weighted = WeightedOneHot.server(s, routing.oneHot(), routing.gate())) {
      s.channel().meter().step("linear");
      RingVector hidden;
      try (encryptedX; RingVector selector = OneHot.server(s, routing.oneHot(), 1, shape.experts(), s.t());
          Encrypted encryptedB = Upload.server(s, selector, shape.experts(), level)) {
        hidden = SelectLinear.server(s, weights.experts().up(), encryptedB, encryptedX);
      }

      s.channel().meter().step("activation");
      try (hidden; RingVector active = ActivationLayer.server(s, shape.expert(), hidden)) {
        s.channel().meter().step("linear");
        try (Encrypted encryptedB = Upload.server(s, weighted, shape.experts(), level);
            Encrypted encryptedActive = Upload.server(s, active, shape.expert().hidden(), level)) {
          return SelectLinear.server(s, weights.experts().down(), encryptedB, encryptedActive);
        }
      }
    }
  }
}
