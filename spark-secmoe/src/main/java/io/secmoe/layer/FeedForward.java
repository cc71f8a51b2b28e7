// SPDX-License-Identifier: Apache-2.0
package io.secmoe.layer;

import io.secmoe.linear.Linear;
import io.secmoe.linear.LinearShape;
import io.secmoe.network.ActivationLayer;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.FeedForwardWeights;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.RingVector;

/**
 * Computes a dense feed-forward layer: shares of x modulo t, d × tokens at 12 fraction bits, become
 * shares of W2·act(W1·x + b1) + b2 modulo t at 12, or of the gated W2·(act(W1·x + b1) ⊙ V·x) + b2.
 * It is the function of an expert, without a router.
 *
 * <p>No gate weight follows, so hidden features keep {@link #HIDDEN_FRACTION} bits, two more than
 * those of an expert. The layer takes the rounds of two {@link Linear} layers and an {@link
 * ActivationLayer}, and a rescale. The two linear layers send d + d_ff ciphertexts up, and d_ff
 * (twice that if gated) + d down.
 */
public final class FeedForward {
  /** The fraction bits of hidden features. */
  public static final int HIDDEN_FRACTION = FixedPoint.FRACTION;

  private FeedForward() {}

  /** Returns the client's share of y; x stays open. */
  public static RingVector client(ClientParty c, FeedForwardShape shape, RingVector x) {
    ActivationLayer.require(c.t(), shape, HIDDEN_FRACTION);
    c.channel().meter().step("linear");
    try (RingVector hidden =
        Linear.client(
            c, new LinearShape(shape.upRows(), shape.width(), shape.up().fraction()), x)) {
      c.channel().meter().step("activation");
      ActivationLayer.check(c, shape, hidden);
      try (RingVector active = ActivationLayer.run(c, shape, HIDDEN_FRACTION, hidden)) {
        c.channel().meter().step("linear");
        try (RingVector y =
            Linear.client(
                c,
                new LinearShape(shape.width(), shape.hidden(), shape.down().fraction()),
                active)) {
          return Rescale.client(c, y, narrowing(shape), c.t());
        }
      }
    }
  }

  /** Returns the server's share of y; x stays open. */
  public static RingVector server(
      ServerParty s, FeedForwardShape shape, FeedForwardWeights weights, RingVector x) {
    ActivationLayer.require(s.t(), shape, HIDDEN_FRACTION);
    s.channel().meter().step("linear");
    try (RingVector hidden = Linear.server(s, weights.up(), x)) {
      s.channel().meter().step("activation");
      ActivationLayer.check(s, shape, hidden);
      try (RingVector active = ActivationLayer.run(s, shape, HIDDEN_FRACTION, hidden)) {
        s.channel().meter().step("linear");
        try (RingVector y = Linear.server(s, weights.down(), active)) {
          return Rescale.server(s, y, narrowing(shape), s.t());
        }
      }
    }
  }

  /** Returns the shift from the second matrix's scale to 12 fraction bits. */
  private static int narrowing(FeedForwardShape shape) {
    return HIDDEN_FRACTION + shape.down().fraction() - FixedPoint.FRACTION;
  }
}
