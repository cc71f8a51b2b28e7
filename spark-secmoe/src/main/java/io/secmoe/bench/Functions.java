package io.secmoe.bench;

import static io.secmoe.bench.Encoding.ACTIVATION;
import static io.secmoe.bench.Encoding.LINEAR;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Gelu;
import io.secmoe.protocol.Piecewise;
import io.secmoe.protocol.PiecewiseFunction;
import io.secmoe.protocol.Relu;
import io.secmoe.protocol.Rescale;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.function.BiFunction;

/** Non-linear functions as they stand between linear layers: the rescales from Z_t and back to it are part of them. */
final class Functions {
  private static final int RANGE_BITS = 5;

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
    return new Operation(RowShape.elementwise(a), Inputs.between(LINEAR, -16, 0, breakpoints(PiecewiseFunction.EXP)),
        Outputs.elementwise(ACTIVATION, 0x1p-9, Math::exp),
        between(24, (c, x) -> Piecewise.client(c, PiecewiseFunction.EXP, x, RANGE_BITS),
            (s, x) -> Piecewise.server(s, PiecewiseFunction.EXP, x, RANGE_BITS)));
  }

  static Operation reciprocal(Arguments a) {
    PiecewiseFunction upTo8 = PiecewiseFunction.RECIPROCAL.below(8);
    return new Operation(RowShape.elementwise(a), Inputs.between(LINEAR, 1, 8, breakpoints(upTo8)),
        Outputs.elementwise(ACTIVATION, 0x1p-7, x -> 1 / x),
        between(24, (c, x) -> Piecewise.client(c, upTo8, x, RANGE_BITS), (s, x) -> Piecewise.server(s, upTo8, x, RANGE_BITS)));
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
