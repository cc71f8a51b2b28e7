// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.compare.RangeCheck;
import io.secmoe.protocol.function.Exp;
import io.secmoe.protocol.select.TopK;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.Arena;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * From router logits to the one-hots of the k largest and their weights ({@link GateWeights}), all
 * on shares; a weight is zero where the expert's {@link Capacity} is exceeded.
 *
 * <p>Logits come as [g]_t, E × T, at 12 + routerFraction bits, |g| &lt; 2^logitBits. One-hots are
 * exact for the rescaled logits, ties to the lowest index. Rounds: {@link TopK}, {@link
 * GateWeights}, {@link Capacity} where there is one, and two rescales.
 */
final class Router {
  private Router() {}

  static Routing client(ClientParty c, MoeShape shape, Sequences sequences, RingVector logits) {
    Arena arena = c.arena();
    RangeCheck.client(
        c,
        RangeCheck.Width.NARROW,
        logits,
        sequences.tokens(),
        FixedPoint.FRACTION + shape.routerFraction(),
        shape.logitBits());
    try (RingVector g = Rescale.client(c, logits, shape.routerFraction(), logitRing(shape));
        TopK.Result top = TopK.client(c, g, shape.experts(), shape.topK(), differenceBits(shape));
        RingVector largest = Rescale.client(c, top.values(), 0, g.modulus());
        RingVector gates = GateWeights.client(c, shape, g, largest);
        RingVector kept = Capacity.client(c, shape, sequences, top.oneHots(), gates)) {
      return new Routing(top.oneHots().copy(arena), kept.copy(arena));
    }
  }

  static Routing server(ServerParty s, MoeShape shape, Sequences sequences, RingVector logits) {
    Arena arena = s.arena();
    RangeCheck.server(
        s,
        RangeCheck.Width.NARROW,
        logits,
        sequences.tokens(),
        FixedPoint.FRACTION + shape.routerFraction(),
        shape.logitBits());
    try (RingVector g = Rescale.server(s, logits, shape.routerFraction(), logitRing(shape));
        TopK.Result top = TopK.server(s, g, shape.experts(), shape.topK(), differenceBits(shape));
        RingVector largest = Rescale.server(s, top.values(), 0, g.modulus());
        RingVector gates = GateWeights.server(s, shape, g, largest);
        RingVector kept = Capacity.server(s, shape, sequences, top.oneHots(), gates)) {
      return new Routing(top.oneHots().copy(arena), kept.copy(arena));
    }
  }

  /** Logits lie below 2^logitBits in magnitude at 12 fraction bits. */
  private static int differenceBits(MoeShape shape) {
    return shape.logitBits() + 1 + FixedPoint.FRACTION;
  }

  /** Room for differences of logits as arguments of {@link Exp}. */
  private static Modulus logitRing(MoeShape shape) {
    return Exp.ring(shape.logitBits() + 1);
  }
}
