package io.secmoe.bench;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.BitToArithmetic;
import io.secmoe.protocol.Compare;
import io.secmoe.protocol.Gelu;
import io.secmoe.protocol.Mux;
import io.secmoe.protocol.Piecewise;
import io.secmoe.protocol.PiecewiseFunction;
import io.secmoe.protocol.Product;
import io.secmoe.protocol.Relu;
import io.secmoe.protocol.Rescale;
import io.secmoe.protocol.Tiles;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;

/** The elementwise protocols that can be measured alone: domain, rings, both sides, and the plaintext function. */
enum Operation {
  RESCALE(Modulus.T, Modulus.powerOfTwo(21), 24, 12, -128, 128, x -> x, (c, x) -> Rescale.client(c, x, 12, Modulus.powerOfTwo(21)),
      (s, x) -> Rescale.server(s, x, 12, Modulus.powerOfTwo(21))),
  COMPARE(Modulus.powerOfTwo(21), Modulus.T, 12, 0, -255, 255, x -> x < 0 ? 1 : 0, (c, x) -> {
    try (DigitVector negative = Compare.client(c, x)) {
      return BitToArithmetic.client(c, negative, c.t());
    }
  }, (s, x) -> {
    try (DigitVector negative = Compare.server(s, x)) {
      return BitToArithmetic.server(s, negative, s.t());
    }
  }),
  MUX(Modulus.powerOfTwo(21), Modulus.powerOfTwo(21), 12, 12, -255, 255, x -> x, (c, x) -> {
    try (DigitVector one = bits(c.arena(), x.length(), 1)) {
      return Mux.client(c, one, x);
    }
  }, (s, x) -> {
    try (DigitVector zero = bits(s.arena(), x.length(), 0)) {
      return Mux.server(s, zero, x);
    }
  }),
  RELU(Modulus.powerOfTwo(19), Modulus.powerOfTwo(19), 12, 12, -16, 16, x -> Math.max(x, 0), (c, x) -> Relu.client(c, x, 5, 12),
      (s, x) -> Relu.server(s, x, 5, 12)),
  GELU(Gelu.ring(5), Piecewise.result(Gelu.ring(5)), 12, Piecewise.OUT, -16, 16, PlainFunctions::gelu,
      (c, x) -> Gelu.client(c, Gelu.Form.ERF, x, 5), (s, x) -> Gelu.server(s, Gelu.Form.ERF, x, 5)),
  SQUARE(Modulus.T, Modulus.T, 10, 20, -255, 255, x -> x * x, Product::squareClient, Product::squareServer),
  PRODUCT(Modulus.T, Modulus.T, 10, 20, -255, 255, x -> x * x, (c, x) -> Product.client(c, x, x), (s, x) -> Product.server(s, x, x)),
  EXP(Piecewise.ring(1, 5), Piecewise.result(Piecewise.ring(1, 5)), 12, Piecewise.OUT, -16, 0, Math::exp,
      (c, x) -> Piecewise.client(c, PiecewiseFunction.EXP, x, 5), (s, x) -> Piecewise.server(s, PiecewiseFunction.EXP, x, 5)),
  RECIPROCAL(Piecewise.ring(1, 3), Piecewise.result(Piecewise.ring(1, 3)), 12, Piecewise.OUT, 1, 8, x -> 1 / x,
      (c, x) -> Piecewise.client(c, PiecewiseFunction.RECIPROCAL.below(8), x, 4),
      (s, x) -> Piecewise.server(s, PiecewiseFunction.RECIPROCAL.below(8), x, 4));

  final Modulus in;
  final Modulus out;
  final int inFraction;
  final int outFraction;
  final double from;
  final double to;
  final DoubleUnaryOperator plaintext;
  private final BiFunction<ClientParty, RingVector, RingVector> clientSide;
  private final BiFunction<ServerParty, RingVector, RingVector> serverSide;

  Operation(Modulus in, Modulus out, int inFraction, int outFraction, double from, double to, DoubleUnaryOperator plaintext,
      BiFunction<ClientParty, RingVector, RingVector> clientSide, BiFunction<ServerParty, RingVector, RingVector> serverSide) {
    this.in = in;
    this.out = out;
    this.inFraction = inFraction;
    this.outFraction = outFraction;
    this.from = from;
    this.to = to;
    this.plaintext = plaintext;
    this.clientSide = clientSide;
    this.serverSide = serverSide;
  }

  static Operation named(String name) {
    for (Operation o : values()) {
      if (o.name().toLowerCase(Locale.ROOT).equals(name)) {
        return o;
      }
    }
    throw new IllegalArgumentException("no operation is called '" + name + "'; there are "
        + java.util.Arrays.toString(values()).toLowerCase(Locale.ROOT));
  }

  RingVector client(ClientParty c, RingVector x) {
    return Tiles.map(c.arena(), x, out, tile -> clientSide.apply(c, tile));
  }

  RingVector server(ServerParty s, RingVector x) {
    return Tiles.map(s.arena(), x, out, tile -> serverSide.apply(s, tile));
  }

  private static DigitVector bits(Arena arena, long n, int value) {
    DigitVector d = DigitVector.of(arena, 1, new int[(int) n]);
    return d.xorInPlace(value);
  }
}
