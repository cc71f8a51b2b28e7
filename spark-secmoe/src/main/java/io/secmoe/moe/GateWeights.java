// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.party.ClientParty;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.function.Exp;
import io.secmoe.protocol.function.Reciprocal;
import io.secmoe.protocol.product.Product;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.protocol.tile.Tiles;
import io.secmoe.ring.Arena;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.RingVector;

/**
 * Computes the weights of the k chosen experts: p_j = exp(g_j − g_max) / Σ_i exp(g_i − g_max). The
 * sum is over all E logits, or over the chosen k alone if weights are renormalised.
 *
 * <p>The input is shares of the logits g (E × T) and of their k largest values in descending order
 * (k × T), both at 12 fraction bits in the ring of {@link Exp}'s arguments. The result is shares of
 * p modulo t, k × T, at {@link MoeLayer#GATE_FRACTION} bits. The error is about 2^−8, which is the
 * rounding. The power of the largest logit is 1, so a single expert needs no product. If it is
 * renormalised, it needs no power either, because its weight is 1. The protocol takes the rounds of
 * {@link Exp}, {@link Reciprocal}, a rescale, and for k &gt; 1 a {@link Product}.
 */
final class GateWeights {
  /** The fraction bits of the powers and of their sum. */
  private static final int POWER_FRACTION = 14;

  private GateWeights() {}

  static RingVector client(ClientParty c, MoeShape shape, RingVector g, RingVector largest) {
    Arena arena = c.arena();
    long tokens = largest.length() / shape.topK();
    if (alwaysOne(shape)) {
      return RingVector.zeros(arena, c.t(), tokens);
    }
    try (RingVector exponents = exponents(arena, shape, g, largest);
        RingVector powers =
            Tiles.map(arena, exponents, c.t(), tile -> Exp.run(c, tile, POWER_FRACTION));
        RingVector sum = sum(arena, shape, powers, tokens, false);
        RingVector inverse = Reciprocal.run(c, sum, POWER_FRACTION, sumBits(shape));
        RingVector weights = RingVector.uninitialised(arena, c.t(), largest.length())) {
      weights.put(0, inverse);
      weights.view(0, tokens).affineInPlace(1L << POWER_FRACTION, 0);
      if (shape.topK() > 1) {
        try (RingVector repeated = inverse.repeat(arena, shape.topK() - 1);
            RingVector products = Product.client(c, others(powers, repeated), repeated)) {
          weights.put(tokens, products);
        }
      }
      return Rescale.client(c, weights, dropped(), c.t());
    }
  }

  static RingVector server(ServerParty s, MoeShape shape, RingVector g, RingVector largest) {
    Arena arena = s.arena();
    long tokens = largest.length() / shape.topK();
    if (alwaysOne(shape)) {
      return RingVector.constant(arena, s.t(), tokens, 1L << MoeLayer.GATE_FRACTION);
    }
    try (RingVector exponents = exponents(arena, shape, g, largest);
        RingVector powers =
            Tiles.map(arena, exponents, s.t(), tile -> Exp.run(s, tile, POWER_FRACTION));
        RingVector sum = sum(arena, shape, powers, tokens, true);
        RingVector inverse = Reciprocal.run(s, sum, POWER_FRACTION, sumBits(shape));
        RingVector weights = RingVector.uninitialised(arena, s.t(), largest.length())) {
      weights.put(0, inverse);
      weights.view(0, tokens).affineInPlace(1L << POWER_FRACTION, 0);
      if (shape.topK() > 1) {
        try (RingVector repeated = inverse.repeat(arena, shape.topK() - 1);
            RingVector products = Product.server(s, others(powers, repeated), repeated)) {
          weights.put(tokens, products);
        }
      }
      return Rescale.server(s, weights, dropped(), s.t());
    }
  }

  /** Returns this party's share of the weights. */
  static RingVector run(Party p, MoeShape shape, RingVector g, RingVector largest) {
    return p.side(c -> client(c, shape, g, largest), s -> server(s, shape, g, largest));
  }

  private static boolean alwaysOne(MoeShape shape) {
    return shape.router().renormalised() && shape.topK() == 1;
  }

  /**
   * Returns the differences from the largest logit: of all logits, unless the chosen ones alone
   * count; then of the chosen ones after the first.
   */
  private static RingVector exponents(
      Arena arena, MoeShape shape, RingVector g, RingVector largest) {
    long tokens = largest.length() / shape.topK();
    RingVector chosen = largest.view(tokens, largest.length() - tokens);
    RingVector all =
        shape.router().renormalised() ? chosen.copy(arena) : RingVector.concat(arena, g, chosen);
    for (long at = 0; at < all.length(); at += tokens) {
      all.view(at, tokens).subtractInPlace(largest.view(0, tokens));
    }
    return all;
  }

  /**
   * Returns the sum that weights are divided by: of all logits' powers, or of the chosen ones', of
   * which the first is 1.
   */
  private static RingVector sum(
      Arena arena, MoeShape shape, RingVector powers, long tokens, boolean server) {
    long one = server && shape.router().renormalised() ? 1L << POWER_FRACTION : 0;
    RingVector sum = RingVector.constant(arena, powers.modulus(), tokens, one);
    long summed = shape.router().renormalised() ? powers.length() : shape.experts() * tokens;
    for (long at = 0; at < summed; at += tokens) {
      sum.addInPlace(powers.view(at, tokens));
    }
    return sum;
  }

  /** Returns the powers of the chosen experts after the first: the last ones. */
  private static RingVector others(RingVector powers, RingVector repeated) {
    return powers.view(powers.length() - repeated.length(), repeated.length());
  }

  /**
   * Returns sumBits: a sum of so many powers, one of which is 1 and none larger, is below 2^sumBits
   * whatever their errors.
   */
  private static int sumBits(MoeShape shape) {
    return FixedPoint.ceilLog2(shape.router().renormalised() ? shape.topK() : shape.experts()) + 1;
  }

  /** Returns the shift from power times reciprocal to the weight. */
  private static int dropped() {
    return POWER_FRACTION + Reciprocal.OUT - MoeLayer.GATE_FRACTION;
  }
}
