package io.secmoe.moe;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Gelu;
import io.secmoe.protocol.Piecewise;
import io.secmoe.protocol.Relu;
import io.secmoe.protocol.Rescale;
import io.secmoe.protocol.Silu;
import io.secmoe.protocol.Tiles;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * The experts' activation between two matrices: [W1·x]_t at 12 + upFraction bits, |·| &lt; 2^hiddenBits, to [act(·)]_t at
 * {@link MoeLayer#HIDDEN_FRACTION} bits, tile by tile.
 */
final class ActivationLayer {
  private ActivationLayer() {}

  static RingVector client(ClientParty c, FeedForwardShape shape, RingVector hidden) {
    return Tiles.map(c.arena(), hidden, c.t(), tile -> {
      try (RingVector x = Rescale.client(c, tile, shape.upFraction(), ring(shape)); RingVector y = apply(c, shape, x)) {
        return Rescale.client(c, y, fraction(shape) - MoeLayer.HIDDEN_FRACTION, c.t());
      }
    });
  }

  static RingVector server(ServerParty s, FeedForwardShape shape, RingVector hidden) {
    return Tiles.map(s.arena(), hidden, s.t(), tile -> {
      try (RingVector x = Rescale.server(s, tile, shape.upFraction(), ring(shape)); RingVector y = apply(s, shape, x)) {
        return Rescale.server(s, y, fraction(shape) - MoeLayer.HIDDEN_FRACTION, s.t());
      }
    });
  }

  private static RingVector apply(ClientParty c, FeedForwardShape shape, RingVector x) {
    return switch (shape.activation()) {
      case GELU -> Gelu.client(c, Gelu.Form.ERF, x, shape.hiddenBits());
      case GELU_TANH -> Gelu.client(c, Gelu.Form.TANH, x, shape.hiddenBits());
      case SILU -> Silu.client(c, x, shape.hiddenBits());
      case RELU -> Relu.client(c, x, shape.hiddenBits(), FixedPoint.FRACTION);
    };
  }

  private static RingVector apply(ServerParty s, FeedForwardShape shape, RingVector x) {
    return switch (shape.activation()) {
      case GELU -> Gelu.server(s, Gelu.Form.ERF, x, shape.hiddenBits());
      case GELU_TANH -> Gelu.server(s, Gelu.Form.TANH, x, shape.hiddenBits());
      case SILU -> Silu.server(s, x, shape.hiddenBits());
      case RELU -> Relu.server(s, x, shape.hiddenBits(), FixedPoint.FRACTION);
    };
  }

  /** Fraction bits of the activation's result before the last rescale. */
  private static int fraction(FeedForwardShape shape) {
    return shape.activation().piecewise() ? Piecewise.OUT : FixedPoint.FRACTION;
  }

  /** Room for x and for |act(x)| &lt; 2^hiddenBits at its fraction bits, below M/4. */
  private static Modulus ring(FeedForwardShape shape) {
    return shape.activation().piecewise()
        ? Piecewise.ring(shape.hiddenBits()) : Modulus.powerOfTwo(shape.hiddenBits() + FixedPoint.FRACTION + 2);
  }
}
