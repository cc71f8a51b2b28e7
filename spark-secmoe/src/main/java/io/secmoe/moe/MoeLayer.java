package io.secmoe.moe;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Rescale;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.RingVector;

/**
 * A top-1 Mixture-of-Experts layer on shares: [x]_t, d × T at 12 fraction bits, to [p·W2_e·act(W1_e·x)]_t at 12. Start reading at
 * {@link SelectThenCompute}.
 */
public final class MoeLayer {
  /** Fraction bits of the gate weight: what the range of the second matrix leaves room for. */
  public static final int GATE_FRACTION = 8;

  /** Fraction bits of hidden features: two below the usual, which the folded gate weight uses up. */
  public static final int HIDDEN_FRACTION = 10;

  private MoeLayer() {}

  /** The client's share of y; x stays open. */
  public static RingVector client(ClientParty c, MoeShape shape, Strategy strategy, Sequences sequences, RingVector x) {
    require(shape, sequences, x);
    RingVector y = switch (strategy) {
      case SELECT -> SelectThenCompute.client(c, shape, x);
      case ALL -> AllExperts.client(c, shape, x);
    };
    try (y) {
      return Rescale.client(c, y, fraction(shape, strategy) - FixedPoint.FRACTION, c.t());
    }
  }

  /** The server's share of y; x stays open. */
  public static RingVector server(ServerParty s, MoeShape shape, Strategy strategy, MoeWeights weights, Sequences sequences, RingVector x) {
    require(shape, sequences, x);
    RingVector y = switch (strategy) {
      case SELECT -> SelectThenCompute.server(s, shape, weights, x);
      case ALL -> AllExperts.server(s, shape, weights, x);
    };
    try (y) {
      return Rescale.server(s, y, fraction(shape, strategy) - FixedPoint.FRACTION, s.t());
    }
  }

  /** Fraction bits of the weighted expert output before the last rescale. */
  static int fraction(MoeShape shape, Strategy strategy) {
    return switch (strategy) {
      case SELECT -> HIDDEN_FRACTION + shape.expert().downFraction() + GATE_FRACTION;
      case ALL -> FixedPoint.FRACTION + GATE_FRACTION;
    };
  }

  static int tokens(MoeShape shape, RingVector x) {
    return Math.toIntExact(x.length() / shape.expert().width());
  }

  private static void require(MoeShape shape, Sequences sequences, RingVector x) {
    FeedForwardShape expert = shape.expert();
    if (x.length() != (long) expert.width() * sequences.tokens()) {
      throw new IllegalArgumentException(x.length() + " values are no " + sequences.tokens() + " tokens of " + expert.width() + " features");
    }
    if (shape.topK() > 1 || shape.routerBias() || shape.capacity() > 0 || expert.gated() || expert.biased()) {
      throw new IllegalArgumentException("not computed yet: " + shape);
    }
  }
}
