// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.operation;

import static io.secmoe.bench.data.Encoding.BIT;
import static io.secmoe.bench.data.Encoding.SMALL;

import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.data.Domain;
import io.secmoe.bench.data.Encoding;
import io.secmoe.bench.data.Inputs;
import io.secmoe.bench.data.Outputs;
import io.secmoe.bench.data.RowShape;
import io.secmoe.protocol.compare.Compare;
import io.secmoe.protocol.product.Product;
import io.secmoe.protocol.share.BitToArithmetic;
import io.secmoe.protocol.share.Mux;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.List;

/** Protocols that move between rings, choose and multiply. */
final class RingOperations {
  private static final Encoding FACTOR = new Encoding(Modulus.T, 10);
  private static final Encoding PRODUCT = new Encoding(Modulus.T, 20);

  private RingOperations() {}

  /**
   * Makes the operation that drops 12 fraction bits: from Z_t to {@code --to} 21, a ring's bits, or
   * t; or from the 21-bit ring to Z_t with {@code --from} 21.
   */
  static Operation rescale(Arguments a) {
    Encoding from = new Encoding(ring(a.text("from", "t")), 24);
    Encoding to = new Encoding(ring(a.text("to", "21")), 12);
    int shift = from.fraction() - to.fraction();
    double end =
        Math.min(
            from.real(Rescale.bound(from.ring(), shift) - 1), to.real(to.ring().value() / 2 - 2));
    return new Operation(
        RowShape.elementwise(a),
        Inputs.between(from, -end, end),
        Outputs.elementwise(to, to.unit(), x -> x),
        new TwoSides(
            (c, x) -> Rescale.client(c, x, shift, to.ring()),
            (s, x) -> Rescale.server(s, x, shift, to.ring())));
  }

  private static Modulus ring(String text) {
    return text.equals("t") ? Modulus.T : Modulus.powerOfTwo(Integer.parseInt(text));
  }

  static Operation compare(Arguments a) {
    return new Operation(
        RowShape.elementwise(a),
        new Inputs(SMALL, List.of(Domain.whole(SMALL))),
        Outputs.elementwise(BIT, 0, x -> x < 0 ? 1 : 0),
        new TwoSides(
            (c, x) -> {
              try (DigitVector negative = Compare.run(c, x)) {
                return lift(c.arena(), negative);
              }
            },
            (s, x) -> {
              try (DigitVector negative = Compare.run(s, x)) {
                return lift(s.arena(), negative);
              }
            }));
  }

  static Operation mux(Arguments a) {
    return new Operation(
        RowShape.elementwise(a, 2),
        new Inputs(SMALL, List.of(Domain.bit(), Domain.whole(SMALL))),
        Outputs.exactly(SMALL, (in, out) -> out[0] = in[0] == 0 ? 0 : in[1]),
        new TwoSides(
            (c, x) -> {
              try (DigitVector bit = lowBits(c.arena(), half(x, 0))) {
                return Mux.client(c, bit, half(x, 1));
              }
            },
            (s, x) -> {
              try (DigitVector bit = lowBits(s.arena(), half(x, 0))) {
                return Mux.server(s, bit, half(x, 1));
              }
            }));
  }

  static Operation bitToArithmetic(Arguments a) {
    Encoding integer = new Encoding(Modulus.T, 0);
    return new Operation(
        RowShape.elementwise(a),
        new Inputs(BIT, List.of(Domain.bit())),
        Outputs.elementwise(integer, 0, x -> x),
        new TwoSides(
            (c, x) -> {
              try (DigitVector bit = lowBits(c.arena(), x)) {
                return BitToArithmetic.client(c, bit, c.t());
              }
            },
            (s, x) -> {
              try (DigitVector bit = lowBits(s.arena(), x)) {
                return BitToArithmetic.server(s, bit, s.t());
              }
            }));
  }

  static Operation product(Arguments a) {
    return new Operation(
        RowShape.elementwise(a, 2),
        Inputs.between(FACTOR, -255, 255),
        Outputs.exactly(PRODUCT, (in, out) -> out[0] = in[0] * in[1]),
        new TwoSides(
            (c, x) -> Product.client(c, half(x, 0), half(x, 1)),
            (s, x) -> Product.server(s, half(x, 0), half(x, 1))));
  }

  static Operation square(Arguments a) {
    return new Operation(
        RowShape.elementwise(a),
        Inputs.between(FACTOR, -255, 255),
        Outputs.elementwise(PRODUCT, 0, x -> x * x),
        new TwoSides(Product::square, Product::square));
  }

  /** Returns the first or the second input of every row. */
  private static RingVector half(RingVector x, int which) {
    return x.view(which * x.length() / 2, x.length() / 2);
  }

  /** Returns XOR shares, which are the lowest bits of additive shares modulo a power of two. */
  private static DigitVector lowBits(Arena arena, RingVector x) {
    return x.digits(arena, 0, 1);
  }

  /** Returns XOR shares as additive shares modulo 2. */
  private static RingVector lift(Arena arena, DigitVector bits) {
    try (RingVector ones = RingVector.constant(arena, BIT.ring(), bits.length(), 1)) {
      return ones.whereSet(arena, bits);
    }
  }
}
