// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.network.Sequences;
import io.secmoe.party.Party;
import io.secmoe.protocol.compare.RangeCheck;
import io.secmoe.protocol.function.Exp;
import io.secmoe.protocol.select.TopK;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.Arena;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Routes tokens: from router logits to the one-hots of the k largest and their weights ({@link
 * GateWeights}), all on shares. A weight is zero if the expert's {@link Capacity} is exceeded.
 *
 * <p>Logits come as [g]_t, E × T, at 12 + routerFraction bits, |g| &lt; 2^logitBits. One-hots are
 * exact for the rescaled logits, ties to the lowest index. Rounds: {@link TopK}, {@link
 * GateWeights}, {@link Capacity} where there is one, and two rescales.
 */
final class Router {
  private Router() {}

  static Routing run(Party p, MoeShape shape, Sequences sequences, RingVector logits) {
    Arena arena = p.arena();
    RangeCheck.run(
        p,
        RangeCheck.Width.NARROW,
        logits,
        sequences.tokens(),
        FixedPoint.FRACTION + shape.router().logits().fraction(),
        shape.router().logits().bits());
    try (RingVector g =
            Rescale.run(p, logits, shape.router().logits().fraction(), logitRing(shape));
        TopK.Result top = TopK.run(p, g, shape.experts(), shape.topK(), differenceBits(shape));
        RingVector largest = Rescale.run(p, top.values(), 0, g.modulus());
        RingVector gates = GateWeights.run(p, shape, g, largest);
        RingVector kept = Capacity.run(p, shape, sequences, top.oneHots(), gates)) {
      return new Routing(top.oneHots().copy(arena), kept.copy(arena));
    }
  }

  /** Returns the bits of logits, which lie below 2^logitBits in magnitude at 12 fraction bits. */
  private static int differenceBits(MoeShape shape) {
    return shape.router().logits().bits() + 1 + FixedPoint.FRACTION;
  }

  /** Returns a ring with room for differences of logits as arguments of {@link Exp}. */
  private static Modulus logitRing(MoeShape shape) {
    return Exp.ring(shape.router().logits().bits() + 1);
  }
}
