package io.secmoe.moe;

import io.secmoe.linear.Linear;
import io.secmoe.linear.LinearShape;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Mux;
import io.secmoe.protocol.Product;
import io.secmoe.protocol.Rescale;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.RingVector;

/**
 * The baseline: every expert is evaluated for every token and one result is selected afterwards. The same function, shapes and scales as
 * {@link SelectThenCompute}, about E times its traffic. Neither party learns the expert.
 */
final class AllExperts {
  private AllExperts() {}

  static RingVector client(ClientParty c, MoeShape shape, RingVector x) {
    Arena arena = c.arena();
    long size = x.length();
    c.channel().meter().step("router");
    LinearShape router = new LinearShape(shape.experts(), shape.expert().width(), shape.routerFraction());
    try (RingVector logits = Linear.client(c, router, x); Routing routing = Router.client(c, shape, logits)) {
      c.channel().meter().step("linear");
      LinearShape up = new LinearShape(shape.experts() * shape.expert().hidden(), shape.expert().width(), shape.expert().upFraction());
      LinearShape down = new LinearShape(shape.expert().width(), shape.expert().hidden(), shape.expert().downFraction());
      try (RingVector hidden = Linear.client(c, up, x); RingVector active = activate(c, shape, hidden);
          RingVector chosen = RingVector.zeros(arena, c.t(), size)) {
        for (int e = 0; e < shape.experts(); e++) {
          try (RingVector y = Linear.client(c, down, expert(active, shape, e));
              RingVector narrow = Rescale.client(c, y, narrowing(shape), c.t());
              DigitVector mine = mask(arena, shape, routing, e);
              RingVector kept = Mux.client(c, mine, narrow)) {
            chosen.addInPlace(kept);
          }
        }
        try (RingVector gate = routing.gate().repeat(arena, shape.expert().width())) {
          return Product.client(c, chosen, gate);
        }
      }
    }
  }

  static RingVector server(ServerParty s, MoeShape shape, MoeWeights weights, RingVector x) {
    Arena arena = s.arena();
    long size = x.length();
    s.channel().meter().step("router");
    try (RingVector logits = Linear.server(s, weights.router(), null, x); Routing routing = Router.server(s, shape, logits)) {
      s.channel().meter().step("linear");
      try (RingVector hidden = Linear.server(s, weights.experts().up().stacked(), null, x); RingVector active = activate(s, shape, hidden);
          RingVector chosen = RingVector.zeros(arena, s.t(), size)) {
        for (int e = 0; e < shape.experts(); e++) {
          try (RingVector y = Linear.server(s, weights.experts().down().group(e), null, expert(active, shape, e));
              RingVector narrow = Rescale.server(s, y, narrowing(shape), s.t());
              DigitVector mine = mask(arena, shape, routing, e);
              RingVector kept = Mux.server(s, mine, narrow)) {
            chosen.addInPlace(kept);
          }
        }
        try (RingVector gate = routing.gate().repeat(arena, shape.expert().width())) {
          return Product.server(s, chosen, gate);
        }
      }
    }
  }

  private static RingVector activate(ClientParty c, MoeShape shape, RingVector hidden) {
    c.channel().meter().step("activation");
    RingVector active = ActivationLayer.client(c, shape.expert(), hidden);
    c.channel().meter().step("linear");
    return active;
  }

  private static RingVector activate(ServerParty s, MoeShape shape, RingVector hidden) {
    s.channel().meter().step("activation");
    RingVector active = ActivationLayer.server(s, shape.expert(), hidden);
    s.channel().meter().step("linear");
    return active;
  }

  private static RingVector expert(RingVector active, MoeShape shape, int e) {
    long size = active.length() / shape.experts();
    return active.view(e * size, size);
  }

  /** The expert's bit of every token, once per feature. */
  private static DigitVector mask(Arena arena, MoeShape shape, Routing routing, int e) {
    long tokens = routing.gate().length();
    return routing.oneHot().view(e * tokens, tokens).repeat(arena, shape.expert().width());
  }

  /** From the second matrix's scale to 12 fraction bits. */
  private static int narrowing(MoeShape shape) {
    return MoeLayer.HIDDEN_FRACTION + shape.expert().downFraction() - FixedPoint.FRACTION;
  }
}
