// SPDX-License-Identifier: Apache-2.0
package io.secmoe.network;

import io.secmoe.party.Party;
import io.secmoe.protocol.compare.RangeCheck;
import io.secmoe.protocol.function.Gelu;
import io.secmoe.protocol.function.Piecewise;
import io.secmoe.protocol.function.Relu;
import io.secmoe.protocol.function.Silu;
import io.secmoe.protocol.product.Product;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.protocol.tile.Tiles;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * The layer between the two matrices of a feed-forward network, dense or an expert: [W1·x]_t at 12
 * + upFraction bits to [act(W1·x)]_t at {@code outFraction}, or gated [W1·x; V·x]_t to [act(W1·x) ⊙
 * V·x]_t. Tile by tile.
 *
 * <p>W1·x and V·x lie below 2^hiddenBits. Their product is taken at as many fraction bits as the
 * range rule leaves, 24 at most, half of them from either factor: 22 for hiddenBits = 8 modulo the
 * default t. Error: that of the activation and a unit. If it is gated, that times |V·x|, and a unit
 * of either factor times the other one. Rounds: those of the activation and two rescales; if it is
 * gated, two rescales and a {@link Product} more.
 */
public final class ActivationLayer {
  /** The fraction bits of act(W1·x) and V·x together. */
  private static final int PRODUCT_FRACTION = 2 * FixedPoint.FRACTION;

  private ActivationLayer() {}

  /**
   * Refuses gated hidden features whose product modulo t has fewer fraction bits than it should.
   *
   * @throws IllegalArgumentException if the product leaves fewer than {@code outFraction} fraction
   *     bits
   */
  public static void require(Modulus t, FeedForwardShape shape, int outFraction) {
    if (shape.gated() && productFraction(t, shape) < outFraction) {
      throw new IllegalArgumentException(
          "gated hidden features below 2^"
              + shape.up().bits()
              + " leave "
              + productFraction(t, shape)
              + " fraction bits to their product, "
              + outFraction
              + " are needed");
    }
  }

  /** Returns this party's share of the hidden features; {@code hidden} stays open. */
  public static RingVector run(
      Party p, FeedForwardShape shape, int outFraction, RingVector hidden) {
    if (!shape.gated()) {
      return Tiles.map(p.arena(), hidden, p.t(), tile -> activate(p, shape, tile, outFraction));
    }
    long half = hidden.length() / 2;
    return Tiles.map(
        p.arena(),
        hidden.view(0, half),
        hidden.view(half, half),
        p.t(),
        (u, v) -> gate(p, shape, u, v, outFraction));
  }

  /**
   * Records the rows in which W1·x or V·x leaves its range ({@link RangeCheck}). The hidden
   * features of experts that are not chosen must not come here.
   */
  public static void check(Party p, FeedForwardShape shape, RingVector hidden) {
    RangeCheck.run(
        p,
        RangeCheck.Width.NARROW,
        hidden,
        hidden.length() / shape.upRows(),
        FixedPoint.FRACTION + shape.up().fraction(),
        shape.up().bits());
  }

  /** Returns act(u) ⊙ v. */
  private static RingVector gate(
      Party p, FeedForwardShape shape, RingVector u, RingVector v, int outFraction) {
    int product = productFraction(p.t(), shape);
    int half = product / 2;
    try (RingVector active = activate(p, shape, u, half);
        RingVector factor =
            Rescale.run(
                p, v, FixedPoint.FRACTION + shape.up().fraction() - (product - half), p.t());
        RingVector y = Product.run(p, active, factor)) {
      return Rescale.run(p, y, product - outFraction, p.t());
    }
  }

  /** Returns act(u) at so many fraction bits. */
  private static RingVector activate(
      Party p, FeedForwardShape shape, RingVector u, int outFraction) {
    try (RingVector x = Rescale.run(p, u, shape.up().fraction(), ring(shape));
        RingVector y = apply(p, shape, x)) {
      return Rescale.run(p, y, fraction(shape) - outFraction, p.t());
    }
  }

  private static RingVector apply(Party p, FeedForwardShape shape, RingVector x) {
    return switch (shape.activation()) {
      case GELU -> Gelu.run(p, Gelu.Form.ERF, x, shape.up().bits());
      case GELU_TANH -> Gelu.run(p, Gelu.Form.TANH, x, shape.up().bits());
      case SILU -> Silu.run(p, x, shape.up().bits());
      case RELU -> Relu.run(p, x, shape.up().bits(), FixedPoint.FRACTION);
    };
  }

  /**
   * Returns the fraction bits of the product, which stays below 2^(bits of t − 3) ≤ t/4 whatever
   * its factors are.
   */
  private static int productFraction(Modulus t, FeedForwardShape shape) {
    return Math.min(PRODUCT_FRACTION, t.bits() - 3 - 2 * shape.up().bits());
  }

  /** Returns the fraction bits of the activation's result before the last rescale. */
  private static int fraction(FeedForwardShape shape) {
    return shape.activation().piecewise() ? Piecewise.OUT : FixedPoint.FRACTION;
  }

  /**
   * Returns a ring with room for x and for |act(x)| &lt; 2^hiddenBits at its fraction bits, below
   * M/4.
   */
  private static Modulus ring(FeedForwardShape shape) {
    return shape.activation().piecewise()
        ? Piecewise.ring(shape.up().bits())
        : Modulus.powerOfTwo(shape.up().bits() + FixedPoint.FRACTION + 2);
  }
}
