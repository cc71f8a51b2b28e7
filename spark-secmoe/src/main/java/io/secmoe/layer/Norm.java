// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.party.Party;
import io.secmoe.protocol.compare.RangeCheck;
import io.secmoe.protocol.function.LayerNorm;
import io.secmoe.protocol.function.RmsNorm;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.RingVector;

/**
 * Normalises every token as its {@link NormShape} says: shares of x modulo t, features × tokens,
 * become shares of norm(x) modulo t, both at 12 fraction bits. Bounds, errors and costs are those
 * of {@link RmsNorm} and {@link LayerNorm}; no normalisation costs nothing. If a batch is watched,
 * {@link RangeCheck} checks x.
 */
public final class Norm {
  private Norm() {}

  /** Returns this party's share of norm(x); x stays open. */
  public static RingVector run(Party p, NormShape shape, int features, RingVector x) {
    if (shape.kind() != NormShape.Kind.NONE) {
      RangeCheck.run(
          p,
          RangeCheck.Width.WIDE,
          x,
          x.length() / features,
          FixedPoint.FRACTION,
          shape.rangeBits());
    }
    return switch (shape.kind()) {
      case NONE -> x.copy(p.arena());
      case RMS -> RmsNorm.run(p, x, features, shape.rangeBits(), shape.epsilon());
      case LAYER -> LayerNorm.run(p, x, features, shape.rangeBits(), shape.epsilon());
    };
  }
}
