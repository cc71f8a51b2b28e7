// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.compare.RangeCheck;
import io.secmoe.protocol.function.LayerNorm;
import io.secmoe.protocol.function.RmsNorm;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.RingVector;

/**
 * The normalisation of every token, as its {@link NormShape} says: [x]_t, features × tokens, to
 * [norm(x)]_t, both at 12 fraction bits. Bounds, errors and costs are those of {@link RmsNorm} and
 * {@link LayerNorm}; none costs nothing. Where a batch is watched, {@link RangeCheck} looks at x.
 */
public final class Norm {
  private Norm() {}

  /** The client's share of norm(x); x stays open. */
  public static RingVector client(ClientParty c, NormShape shape, int features, RingVector x) {
    if (shape.kind() != NormShape.Kind.NONE) {
      RangeCheck.client(
          c,
          RangeCheck.Width.WIDE,
          x,
          x.length() / features,
          FixedPoint.FRACTION,
          shape.rangeBits());
    }
    return switch (shape.kind()) {
      case NONE -> x.copy(c.arena());
      case RMS -> RmsNorm.client(c, x, features, shape.rangeBits(), shape.epsilon());
      case LAYER -> LayerNorm.client(c, x, features, shape.rangeBits(), shape.epsilon());
    };
  }

  /** The server's share of norm(x); x stays open. */
  public static RingVector server(ServerParty s, NormShape shape, int features, RingVector x) {
    if (shape.kind() != NormShape.Kind.NONE) {
      RangeCheck.server(
          s,
          RangeCheck.Width.WIDE,
          x,
          x.length() / features,
          FixedPoint.FRACTION,
          shape.rangeBits());
    }
    return switch (shape.kind()) {
      case NONE -> x.copy(s.arena());
      case RMS -> RmsNorm.server(s, x, features, shape.rangeBits(), shape.epsilon());
      case LAYER -> LayerNorm.server(s, x, features, shape.rangeBits(), shape.epsilon());
    };
  }
}
