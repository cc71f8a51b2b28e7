package io.secmoe.moe;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Piecewise;
import io.secmoe.protocol.PiecewiseFunction;
import io.secmoe.protocol.Rescale;
import io.secmoe.protocol.Top1;
import io.secmoe.ring.Arena;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * From router logits to the one-hot of the largest and its softmax weight p = 1 / Σ_i exp(g_i − g_max), all on shares.
 *
 * <p>Logits come as [g]_t, E × T, at 12 + routerFraction bits, |g| &lt; 2^logitBits. The one-hot is exact for the rescaled logits, ties
 * to the lowest index; p has {@link MoeLayer#GATE_FRACTION} bits and an error of about 2^−8. Rounds: {@link Top1}, four
 * rescales and two piecewise functions.
 */
final class Router {
  private Router() {}

  static Routing client(ClientParty c, MoeShape shape, RingVector logits) {
    Arena arena = c.arena();
    try (RingVector g = Rescale.client(c, logits, shape.routerFraction(), logitRing(shape));
        Top1.Result top = Top1.client(c, g, shape.experts(), differenceBits(shape));
        RingVector largest = Rescale.client(c, top.largest(), 0, g.modulus());
        RingVector exponents = exponents(arena, g, largest, shape);
        RingVector powers = Piecewise.client(c, PiecewiseFunction.EXP, exponents, shape.logitBits() + 1);
        RingVector sum = sum(arena, powers, shape);
        RingVector denominator = Rescale.client(c, sum, Piecewise.OUT - Piecewise.IN, Piecewise.ring(1, sumBits(shape)));
        RingVector p = Piecewise.client(c, reciprocal(shape), denominator, sumBits(shape))) {
      return new Routing(top.oneHot().copy(arena), Rescale.client(c, p, Piecewise.OUT - MoeLayer.GATE_FRACTION, c.t()));
    }
  }

  static Routing server(ServerParty s, MoeShape shape, RingVector logits) {
    Arena arena = s.arena();
    try (RingVector g = Rescale.server(s, logits, shape.routerFraction(), logitRing(shape));
        Top1.Result top = Top1.server(s, g, shape.experts(), differenceBits(shape));
        RingVector largest = Rescale.server(s, top.largest(), 0, g.modulus());
        RingVector exponents = exponents(arena, g, largest, shape);
        RingVector powers = Piecewise.server(s, PiecewiseFunction.EXP, exponents, shape.logitBits() + 1);
        RingVector sum = sum(arena, powers, shape);
        RingVector denominator = Rescale.server(s, sum, Piecewise.OUT - Piecewise.IN, Piecewise.ring(1, sumBits(shape)));
        RingVector p = Piecewise.server(s, reciprocal(shape), denominator, sumBits(shape))) {
      return new Routing(top.oneHot().copy(arena), Rescale.server(s, p, Piecewise.OUT - MoeLayer.GATE_FRACTION, s.t()));
    }
  }

  /** Bits of the sum of E powers of at most 1 each. */
  private static int sumBits(MoeShape shape) {
    return 33 - Integer.numberOfLeadingZeros(shape.experts() - 1);
  }

  /** Logits lie below 2^logitBits in magnitude at 12 fraction bits. */
  private static int differenceBits(MoeShape shape) {
    return shape.logitBits() + 1 + Piecewise.IN;
  }

  /** Room for differences of logits and for the sum of powers. */
  private static Modulus logitRing(MoeShape shape) {
    return Piecewise.ring(sumBits(shape), shape.logitBits() + 1);
  }

  private static PiecewiseFunction reciprocal(MoeShape shape) {
    return PiecewiseFunction.RECIPROCAL.below(shape.experts());
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
