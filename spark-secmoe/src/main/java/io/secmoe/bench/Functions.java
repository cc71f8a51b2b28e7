package io.secmoe.bench;

import static io.secmoe.bench.Encoding.ACTIVATION;
import static io.secmoe.bench.Encoding.LINEAR;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Exp;
import io.secmoe.protocol.Gelu;
import io.secmoe.protocol.PiecewiseFunction;
import io.secmoe.protocol.Reciprocal;
import io.secmoe.protocol.Relu;
import io.secmoe.protocol.Rescale;
import io.secmoe.protocol.Rsqrt;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.function.BiFunction;

/** Non-linear functions as they stand between linear layers: the rescales from Z_t and back to it are part of them. */
final class Functions {
  private static final int RANGE_BITS = 5;

  /** Tokens of a batch: reciprocals are taken once for each. */
  private static final long ROWS = 8192;

  private Functions() {}

  static Operation relu(Arguments a) {
    return new Operation(RowShape.elementwise(a), Inputs.between(LINEAR, -16, 16),
        Outputs.elementwise(ACTIVATION, 0x1p-9, x -> Math.max(x, 0)),
        between(12, (c, x) -> Relu.client(c, x, RANGE_BITS), (s, x) -> Relu.server(s, x, RANGE_BITS)));
  }

  static Operation gelu(Arguments a) {
    return new Operation(RowShape.elementwise(a), Inputs.between(LINEAR, -16, 16, breakpoints(PiecewiseFunction.GELU_TAIL)),
        Outputs.elementwise(ACTIVATION, 0x1p-8, PlainFunctions::gelu),
        between(24, (c, x) -> Gelu.client(c, x, RANGE_BITS), (s, x) -> Gelu.server(s, x, RANGE_BITS)));
  }

  static Operation exp(Arguments a) {
    Modulus ring = Exp.ring(RANGE_BITS);
    return new Operation(RowShape.elementwise(a), Inputs.between(LINEAR, -31, 0),
        Outputs.elementwise(ACTIVATION, 0x1p-9, Math::exp), new TwoSides((c, x) -> {
          try (RingVector small = Rescale.client(c, x, 12, ring)) {
            return Exp.client(c, small, ACTIVATION.fraction());
          }
        }, (s, x) -> {
          try (RingVector small = Rescale.server(s, x, 12, ring)) {
            return Exp.server(s, small, ACTIVATION.fraction());
          }
        }));
  }

  /** As softmax needs it. */
  static Operation reciprocal(Arguments a) {
    Encoding in = new Encoding(Modulus.T, 20);
    Encoding out = new Encoding(Modulus.T, Reciprocal.OUT);
    int rangeBits = 7;
    return new Operation(RowShape.elementwise(a).inTilesOf(ROWS), Inputs.between(in, 0.5, 127.9, 1, 2, 4, 8, 16, 32, 64),
        Outputs.elementwise(out, 0x1p-10, x -> 1 / x),
        new TwoSides((c, x) -> Reciprocal.client(c, x, 20, rangeBits), (s, x) -> Reciprocal.server(s, x, 20, rangeBits)));
  }

  /** 4/√v of integers v, as norms need it. */
  static Operation reciprocalRoot(Arguments a) {
    Rsqrt.Shape shape = new Rsqrt.Shape(4, 20, 4, 20);
    Encoding integer = new Encoding(shape.ring(), 0);
    return new Operation(RowShape.elementwise(a).inTilesOf(ROWS), Inputs.between(integer, 16, (1 << 20) - 1, 64, 256, 1024, 4096, 16384, 65536, 262144),
        Outputs.relative(new Encoding(Modulus.T, 20), 0x1p-9, v -> 4 / Math.sqrt(v)),
        new TwoSides((c, x) -> Rsqrt.client(c, x, shape), (s, x) -> Rsqrt.server(s, x, shape)));
  }

  /** Where pieces meet, on both sides of zero. */
  private static double[] breakpoints(PiecewiseFunction f) {
    return f.breakpoints().stream().flatMap(b -> java.util.stream.Stream.of(b, -b)).mapToDouble(b -> b).toArray();
  }

  /** Rescale to a ring of the range's size, the function with a result at {@code fraction} bits, rescale to Z_t at 12. */
  private static TwoSides between(int fraction, BiFunction<ClientParty, RingVector, RingVector> client,
      BiFunction<ServerParty, RingVector, RingVector> server) {
    Modulus ring = Modulus.powerOfTwo(RANGE_BITS + fraction + 2);
    return new TwoSides((c, x) -> {
      try (RingVector small = Rescale.client(c, x, 12, ring); RingVector y = client.apply(c, small)) {
        return Rescale.client(c, y, fraction - 12, c.t());
      }
    }, (s, x) -> {
      try (RingVector small = Rescale.server(s, x, 12, ring); RingVector y = server.apply(s, small)) {
        return Rescale.server(s, y, fraction - 12, s.t());
      }
    });
  }
}
