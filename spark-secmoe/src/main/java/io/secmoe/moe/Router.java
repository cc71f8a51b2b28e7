package io.secmoe.moe;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Exp;
import io.secmoe.protocol.Reciprocal;
import io.secmoe.protocol.Rescale;
import io.secmoe.protocol.Tiles;
import io.secmoe.protocol.Top1;
import io.secmoe.ring.Arena;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * From router logits to the one-hot of the largest and its softmax weight p = 1 / Σ_i exp(g_i − g_max), all on shares.
 *
 * <p>Logits come as [g]_t, E × T, at 12 + routerFraction bits, |g| &lt; 2^logitBits. The one-hot is exact for the rescaled logits, ties
 * to the lowest index; p has {@link MoeLayer#GATE_FRACTION} bits and an error of about 2^−8, the rounding. Rounds: {@link Top1}, {@link Exp},
 * {@link Reciprocal} and three rescales.
 */
final class Router {
  /** Fraction bits of the powers and of their sum. */
  private static final int POWER_FRACTION = 14;

  private Router() {}

  static Routing client(ClientParty c, MoeShape shape, RingVector logits) {
    Arena arena = c.arena();
    try (RingVector g = Rescale.client(c, logits, shape.routerFraction(), logitRing(shape));
        Top1.Result top = Top1.client(c, g, shape.experts(), differenceBits(shape));
        RingVector largest = Rescale.client(c, top.largest(), 0, g.modulus());
        RingVector exponents = exponents(arena, g, largest, shape);
        RingVector powers = Tiles.map(arena, exponents, c.t(), tile -> Exp.client(c, tile, POWER_FRACTION));
        RingVector sum = sum(arena, powers, shape);
        RingVector p = Reciprocal.client(c, sum, POWER_FRACTION, sumBits(shape))) {
      return new Routing(top.oneHot().copy(arena), Rescale.client(c, p, Reciprocal.OUT - MoeLayer.GATE_FRACTION, c.t()));
    }
  }

  static Routing server(ServerParty s, MoeShape shape, RingVector logits) {
    Arena arena = s.arena();
    try (RingVector g = Rescale.server(s, logits, shape.routerFraction(), logitRing(shape));
        Top1.Result top = Top1.server(s, g, shape.experts(), differenceBits(shape));
        RingVector largest = Rescale.server(s, top.largest(), 0, g.modulus());
        RingVector exponents = exponents(arena, g, largest, shape);
        RingVector powers = Tiles.map(arena, exponents, s.t(), tile -> Exp.server(s, tile, POWER_FRACTION));
        RingVector sum = sum(arena, powers, shape);
        RingVector p = Reciprocal.server(s, sum, POWER_FRACTION, sumBits(shape))) {
      return new Routing(top.oneHot().copy(arena), Rescale.server(s, p, Reciprocal.OUT - MoeLayer.GATE_FRACTION, s.t()));
    }
  }

  /** The sum of E powers, one of which is 1 and none larger, is below 2^sumBits whatever their errors. */
  private static int sumBits(MoeShape shape) {
    return FixedPoint.ceilLog2(shape.experts()) + 1;
  }

  /** Logits lie below 2^logitBits in magnitude at 12 fraction bits. */
  private static int differenceBits(MoeShape shape) {
    return shape.logitBits() + 1 + FixedPoint.FRACTION;
  }

  /** Room for differences of logits as arguments of {@link Exp}. */
  private static Modulus logitRing(MoeShape shape) {
    return Exp.ring(shape.logitBits() + 1);
  }

  /** g_i − g_max for every expert. */
  private static RingVector exponents(Arena arena, RingVector g, RingVector largest, MoeShape shape) {
    try (RingVector repeated = largest.repeat(arena, shape.experts())) {
      return g.copy(arena).subtractInPlace(repeated);
    }
  }

  private static RingVector sum(Arena arena, RingVector powers, MoeShape shape) {
    long tokens = powers.length() / shape.experts();
    RingVector sum = powers.view(0, tokens).copy(arena);
    for (int e = 1; e < shape.experts(); e++) {
      sum.addInPlace(powers.view(e * tokens, tokens));
    }
    return sum;
  }
}
