// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.network.ActivationLayer;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Computes a Mixture-of-Experts layer on shares: shares of x modulo t, d × tokens at 12 fraction
 * bits, become shares of Σ_j p_j·expert_{e_j}(x) modulo t at 12, over the k experts of the largest
 * router logits. Start reading at {@link SelectThenCompute}.
 */
public final class MoeLayer {
  /**
   * The fraction bits of the gate weight: as many as the range of the second matrix leaves room
   * for.
   */
  public static final int GATE_FRACTION = 8;

  /**
   * The fraction bits of hidden features, two below the usual because the folded gate weight takes
   * their room.
   */
  public static final int HIDDEN_FRACTION = 10;

  private MoeLayer() {}

  /** Returns the client's share of y; x stays open. */
  public static RingVector client(
      ClientParty c, MoeShape shape, Strategy strategy, Sequences sequences, RingVector x) {
    require(c.t(), shape, strategy, sequences, x);
    RingVector y =
        switch (strategy) {
          case SELECT -> SelectThenCompute.client(c, shape, sequences, x);
          case ALL -> AllExperts.client(c, shape, sequences, x);
          case PARAMETERS -> SelectParameters.client(c, shape, sequences, x);
        };
    try (y) {
      return Rescale.client(c, y, fraction(shape, strategy) - FixedPoint.FRACTION, c.t());
    }
  }

  /** Returns the server's share of y; x stays open. */
  public static RingVector server(
      ServerParty s,
      MoeShape shape,
      Strategy strategy,
      MoeWeights weights,
      Sequences sequences,
      RingVector x) {
    require(s.t(), shape, strategy, sequences, x);
    RingVector y =
        switch (strategy) {
          case SELECT -> SelectThenCompute.server(s, shape, weights, sequences, x);
          case ALL -> AllExperts.server(s, shape, weights, sequences, x);
          case PARAMETERS -> SelectParameters.server(s, shape, weights, sequences, x);
        };
    try (y) {
      return Rescale.server(s, y, fraction(shape, strategy) - FixedPoint.FRACTION, s.t());
    }
  }

  /** Returns the fraction bits of the weighted expert output before the last rescale. */
  static int fraction(MoeShape shape, Strategy strategy) {
    return switch (strategy) {
      case SELECT, PARAMETERS -> HIDDEN_FRACTION + shape.expert().down().fraction() + GATE_FRACTION;
      case ALL -> FixedPoint.FRACTION + GATE_FRACTION;
    };
  }

  private static void require(
      Modulus t, MoeShape shape, Strategy strategy, Sequences sequences, RingVector x) {
    FeedForwardShape expert = shape.expert();
    if (x.length() != (long) expert.width() * sequences.tokens()) {
      throw new IllegalArgumentException(
          x.length()
              + " values are no "
              + sequences.tokens()
              + " tokens of "
              + expert.width()
              + " features");
    }
    ActivationLayer.require(t, expert, HIDDEN_FRACTION);
    if (strategy == Strategy.PARAMETERS) {
      shape.upParameters();
      shape.downParameters();
    }
  }
}
