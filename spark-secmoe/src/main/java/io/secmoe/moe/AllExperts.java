// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.linear.Linear;
import io.secmoe.linear.LinearShape;
import io.secmoe.network.ActivationLayer;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.FeedForwardWeights;
import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.Product;
import io.secmoe.protocol.share.Mux;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.RingVector;

/**
 * Runs the baseline: every expert is evaluated for every token, and k results are selected
 * afterwards. Function and shapes are those of {@link SelectThenCompute}, at about E/k times its
 * traffic. Neither party learns which experts are chosen. Hidden features are not checked against
 * their range, because most of them belong to experts that are not chosen.
 */
final class AllExperts {
  private AllExperts() {}

  static RingVector client(ClientParty c, MoeShape shape, Sequences sequences, RingVector x) {
    FeedForwardShape expert = shape.expert();
    c.channel().meter().step("router");
    LinearShape router =
        new LinearShape(shape.experts(), expert.width(), shape.router().logits().fraction());
    try (RingVector logits = Linear.client(c, router, x);
        Routing routing = Router.run(c, shape, sequences, logits)) {
      c.channel().meter().step("linear");
      LinearShape up =
          new LinearShape(
              shape.experts() * expert.upRows(), expert.width(), expert.up().fraction());
      LinearShape down = new LinearShape(expert.width(), expert.hidden(), expert.down().fraction());
      try (RingVector hidden = Linear.client(c, up, x);
          RingVector chosen = RingVector.zeros(c.arena(), c.t(), shape.topK() * x.length())) {
        for (int e = 0; e < shape.experts(); e++) {
          c.channel().meter().step("activation");
          try (RingVector active =
              ActivationLayer.run(c, expert, MoeLayer.HIDDEN_FRACTION, part(hidden, shape, e))) {
            c.channel().meter().step("linear");
            try (RingVector y = Linear.client(c, down, active);
                RingVector narrow =
                    Rescale.client(
                        c,
                        y.affineInPlace(1L << shape.scales().down(e), 0),
                        narrowing(expert),
                        c.t());
                RingVector repeated = narrow.repeat(c.arena(), shape.topK());
                DigitVector mine = mask(c.arena(), shape, routing, e);
                RingVector kept = Mux.client(c, mine, repeated)) {
              chosen.addInPlace(kept);
            }
          }
        }
        try (RingVector gates = gates(c.arena(), shape, routing);
            RingVector weighted = Product.client(c, chosen, gates)) {
          return sum(c.arena(), shape, weighted);
        }
      }
    }
  }

  static RingVector server(
      ServerParty s, MoeShape shape, MoeWeights weights, Sequences sequences, RingVector x) {
    FeedForwardShape expert = shape.expert();
    FeedForwardWeights experts = weights.experts();
    s.channel().meter().step("router");
    try (RingVector logits = Linear.server(s, weights.router(), x);
        Routing routing = Router.run(s, shape, sequences, logits)) {
      s.channel().meter().step("linear");
      try (RingVector hidden = Linear.server(s, experts.up().stacked(), x);
          RingVector chosen = RingVector.zeros(s.arena(), s.t(), shape.topK() * x.length())) {
        for (int e = 0; e < shape.experts(); e++) {
          s.channel().meter().step("activation");
          try (RingVector active =
              ActivationLayer.run(s, expert, MoeLayer.HIDDEN_FRACTION, part(hidden, shape, e))) {
            s.channel().meter().step("linear");
            try (RingVector y = Linear.server(s, experts.down().group(e), active);
                RingVector narrow =
                    Rescale.server(
                        s,
                        y.affineInPlace(1L << shape.scales().down(e), 0),
                        narrowing(expert),
                        s.t());
                RingVector repeated = narrow.repeat(s.arena(), shape.topK());
                DigitVector mine = mask(s.arena(), shape, routing, e);
                RingVector kept = Mux.server(s, mine, repeated)) {
              chosen.addInPlace(kept);
            }
          }
        }
        try (RingVector gates = gates(s.arena(), shape, routing);
            RingVector weighted = Product.server(s, chosen, gates)) {
          return sum(s.arena(), shape, weighted);
        }
      }
    }
  }

  /**
   * Returns the results of expert {@code e}'s first matrix, at the scale of all experts. It changes
   * {@code hidden}, so call it once for each expert.
   */
  private static RingVector part(RingVector hidden, MoeShape shape, int e) {
    long size = hidden.length() / shape.experts();
    return hidden.view(e * size, size).affineInPlace(1L << shape.scales().up(e), 0);
  }

  /** Returns the expert's bit of every token, once per feature, choice by choice. */
  private static DigitVector mask(Arena arena, MoeShape shape, Routing routing, int e) {
    DigitVector[] bits = new DigitVector[shape.topK() * shape.expert().width()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = routing.chosen(i / shape.expert().width(), e, shape);
    }
    return DigitVector.concat(arena, bits);
  }

  /** Returns the gate weight of every token, once per feature, choice by choice. */
  private static RingVector gates(Arena arena, MoeShape shape, Routing routing) {
    RingVector[] gates = new RingVector[shape.topK() * shape.expert().width()];
    for (int i = 0; i < gates.length; i++) {
      gates[i] = routing.gate(i / shape.expert().width(), shape);
    }
    return RingVector.concat(arena, gates);
  }

  /** Returns the sum over the choices. */
  private static RingVector sum(Arena arena, MoeShape shape, RingVector weighted) {
    long size = weighted.length() / shape.topK();
    RingVector sum = weighted.view(0, size).copy(arena);
    for (int j = 1; j < shape.topK(); j++) {
      sum.addInPlace(weighted.view(j * size, size));
    }
    return sum;
  }

  /** Returns the shift from the second matrix's scale to 12 fraction bits. */
  private static int narrowing(FeedForwardShape expert) {
    return MoeLayer.HIDDEN_FRACTION + expert.down().fraction() - FixedPoint.FRACTION;
  }
}
