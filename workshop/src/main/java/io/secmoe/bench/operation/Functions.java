// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.operation;

import static io.secmoe.bench.data.Encoding.ACTIVATION;
import static io.secmoe.bench.data.Encoding.LINEAR;

import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.data.Encoding;
import io.secmoe.bench.data.Inputs;
import io.secmoe.bench.data.Outputs;
import io.secmoe.bench.data.PlainFunctions;
import io.secmoe.bench.data.RowShape;
import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.function.Exp;
import io.secmoe.protocol.function.Gelu;
import io.secmoe.protocol.function.Piecewise;
import io.secmoe.protocol.function.PiecewiseFunction;
import io.secmoe.protocol.function.Reciprocal;
import io.secmoe.protocol.function.Relu;
import io.secmoe.protocol.function.Rsqrt;
import io.secmoe.protocol.function.Silu;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;

/**
 * Non-linear functions as they stand between linear layers: the rescales from Z_t and back to it
 * are part of them.
 */
final class Functions {
  private static final int RANGE_BITS = 5;

  /** The declared range's end, but for what rounding adds. */
  private static final double END = Math.scalb(1.0, RANGE_BITS) - 0x1p-11;

  /** Tokens of a batch: reciprocals are taken once for each. */
  private static final long ROWS = 8192;

  private Functions() {}

  static Operation relu(Arguments a) {
    Modulus ring = Modulus.powerOfTwo(RANGE_BITS + FixedPoint.FRACTION + 2);
    return new Operation(
        RowShape.elementwise(a),
        Inputs.between(LINEAR, -END, END, -16, 16),
        Outputs.elementwise(ACTIVATION, 0x1p-11, x -> Math.max(x, 0)),
        between(
            ring,
            FixedPoint.FRACTION,
            (c, x) -> Relu.run(c, x, RANGE_BITS, FixedPoint.FRACTION),
            (s, x) -> Relu.run(s, x, RANGE_BITS, FixedPoint.FRACTION)));
  }

  static Operation gelu(Arguments a) {
    return gelu(a, Gelu.Form.ERF, PiecewiseFunction.GELU_TAIL, 0x1p-8, PlainFunctions::gelu);
  }

  static Operation geluTanh(Arguments a) {
    return gelu(
        a, Gelu.Form.TANH, PiecewiseFunction.GELU_TANH_TAIL, 0x1p-8, PlainFunctions::geluTanh);
  }

  static Operation geluPaper(Arguments a) {
    return gelu(a, Gelu.Form.PAPER, PiecewiseFunction.GELU_PAPER, 0x1p-6, PlainFunctions::gelu);
  }

  private static Operation gelu(
      Arguments a,
      Gelu.Form form,
      PiecewiseFunction pieces,
      double bound,
      DoubleUnaryOperator plain) {
    return new Operation(
        RowShape.elementwise(a),
        Inputs.between(LINEAR, -END, END, breakpoints(pieces)),
        Outputs.elementwise(ACTIVATION, bound, plain),
        between(
            Piecewise.ring(RANGE_BITS),
            Piecewise.OUT,
            (c, x) -> Gelu.run(c, form, x, RANGE_BITS),
            (s, x) -> Gelu.run(s, form, x, RANGE_BITS)));
  }

  static Operation silu(Arguments a) {
    return new Operation(
        RowShape.elementwise(a),
        Inputs.between(LINEAR, -END, END, breakpoints(PiecewiseFunction.SILU_TAIL)),
        Outputs.elementwise(ACTIVATION, 0x1p-8, PlainFunctions::silu),
        between(
            Piecewise.ring(RANGE_BITS),
            Piecewise.OUT,
            (c, x) -> Silu.run(c, x, RANGE_BITS),
            (s, x) -> Silu.run(s, x, RANGE_BITS)));
  }

  static Operation exp(Arguments a) {
    Modulus ring = Exp.ring(RANGE_BITS);
    return new Operation(
        RowShape.elementwise(a),
        Inputs.between(LINEAR, -END, 0),
        Outputs.elementwise(ACTIVATION, 0x1p-9, Math::exp),
        new TwoSides(
            (c, x) -> {
              try (RingVector small = Rescale.client(c, x, 12, ring)) {
                return Exp.run(c, small, ACTIVATION.fraction());
              }
            },
            (s, x) -> {
              try (RingVector small = Rescale.server(s, x, 12, ring)) {
                return Exp.run(s, small, ACTIVATION.fraction());
              }
            }));
  }

  /** Makes the operation 1/x, as softmax needs it. */
  static Operation reciprocal(Arguments a) {
    Encoding in = new Encoding(Modulus.T, 20);
    Encoding out = new Encoding(Modulus.T, Reciprocal.OUT);
    int rangeBits = 7;
    return new Operation(
        RowShape.elementwise(a).inTilesOf(ROWS),
        Inputs.between(in, 0.5, 127.9, 1, 2, 4, 8, 16, 32, 64),
        Outputs.elementwise(out, 0x1p-10, x -> 1 / x),
        new TwoSides(
            (c, x) -> Reciprocal.run(c, x, 20, rangeBits),
            (s, x) -> Reciprocal.run(s, x, 20, rangeBits)));
  }

  /** Makes the operation 4/√v of integers v, as norms need it. */
  static Operation reciprocalRoot(Arguments a) {
    Rsqrt.Shape shape = new Rsqrt.Shape(4, 20, 4, 20);
    Encoding integer = new Encoding(shape.ring(), 0);
    return new Operation(
        RowShape.elementwise(a).inTilesOf(ROWS),
        Inputs.between(integer, 16, (1 << 20) - 1, 64, 256, 1024, 4096, 16384, 65536, 262144),
        Outputs.relative(new Encoding(Modulus.T, 20), 0x1p-9, v -> 4 / Math.sqrt(v)),
        new TwoSides((c, x) -> Rsqrt.run(c, x, shape), (s, x) -> Rsqrt.run(s, x, shape)));
  }

  /** Returns the points where pieces meet, on both sides of zero. */
  private static double[] breakpoints(PiecewiseFunction f) {
    return f.breakpoints().stream().flatMap(b -> Stream.of(b, -b)).mapToDouble(b -> b).toArray();
  }

  /**
   * Makes an operation of three steps: a rescale to {@code ring}, the function with a result at
   * {@code fraction} bits, and a rescale to Z_t at 12.
   */
  private static TwoSides between(
      Modulus ring,
      int fraction,
      BiFunction<ClientParty, RingVector, RingVector> client,
      BiFunction<ServerParty, RingVector, RingVector> server) {
    return new TwoSides(
        (c, x) -> {
          try (RingVector small = Rescale.client(c, x, 12, ring);
              RingVector y = client.apply(c, small)) {
            return Rescale.client(c, y, fraction - 12, c.t());
          }
        },
        (s, x) -> {
          try (RingVector small = Rescale.server(s, x, 12, ring);
              RingVector y = server.apply(s, small)) {
            return Rescale.server(s, y, fraction - 12, s.t());
          }
        });
  }
}
