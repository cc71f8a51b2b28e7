package io.secmoe.protocol;

import io.secmoe.ring.DigitVector;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** How to run comparisons and the functions made of them, for {@link CostRuns}. */
final class ActivationCostRuns {
  static final Map<String, Function<Shape, CostRun>> BY_PROTOCOL = Map.ofEntries(
      Map.entry("Compare", shape -> new CostRun(
          (c, in) -> Compare.client(c, in.ring(shape.ring(0))),
          (s, in) -> Compare.server(s, in.ring(shape.ring(0))))),
      Map.entry("ComparisonRipple", shape -> new CostRun(
          (c, in) -> ComparisonRipple.client(c, in.ring(shape.ring(0)), shape.ring(0).bits(), 1),
          (s, in) -> ComparisonRipple.server(s, in.ring(shape.ring(0)), shape.ring(0).bits()))),
      Map.entry("ComparisonTree", shape -> new CostRun(
          (c, in) -> ComparisonTree.client(c, in.ring(shape.ring(0)), shape.ring(0).bits(), 1, shape.number(0)),
          (s, in) -> ComparisonTree.server(s, in.ring(shape.ring(0)), shape.ring(0).bits(), 1, shape.number(0)))),
      Map.entry("Gelu", shape -> gelu(Gelu.Form.valueOf(shape.text().replaceAll(".*\\b(ERF|TANH|PAPER)\\b.*", "$1")), shape.number(0))),
      Map.entry("Leaves", shape -> new CostRun(
          (c, in) -> closing(Leaves.client(c, in.ring(shape.ring(0)), shape.ring(0).bits(), 1, shape.number(0))),
          (s, in) -> closing(Leaves.server(s, in.ring(shape.ring(0)), shape.ring(0).bits(), 1, shape.number(0))))),
      Map.entry("Piecewise", shape -> piecewise(PiecewiseFunction.GELU_PAPER, shape.number(0))),
      Map.entry("Relu", shape -> new CostRun(
          (c, in) -> Relu.client(c, in.ring(shape.ring(0)), shape.ring(0).bits() - 14, 12),
          (s, in) -> Relu.server(s, in.ring(shape.ring(0)), shape.ring(0).bits() - 14, 12))),
      Map.entry("Silu", shape -> new CostRun(
          (c, in) -> Silu.client(c, in.ring(Silu.ring(shape.number(0))), shape.number(0)),
          (s, in) -> Silu.server(s, in.ring(Silu.ring(shape.number(0))), shape.number(0)))),
      Map.entry("SmoothRelu", shape -> gelu(Gelu.Form.ERF, shape.number(0))),
      Map.entry("Thresholds", shape -> new CostRun(
          (c, in) -> Thresholds.client(c, in.ring(shape.ring(0)), shape.number(0)),
          (s, in) -> Thresholds.server(s, in.ring(shape.ring(0)), new long[shape.number(0)]))));

  private ActivationCostRuns() {}

  private static CostRun gelu(Gelu.Form form, int rangeBits) {
    return new CostRun((c, in) -> Gelu.client(c, form, in.ring(Gelu.ring(rangeBits)), rangeBits),
        (s, in) -> Gelu.server(s, form, in.ring(Gelu.ring(rangeBits)), rangeBits));
  }

  private static CostRun piecewise(PiecewiseFunction f, int rangeBits) {
    return new CostRun((c, in) -> Piecewise.client(c, f, in.ring(Piecewise.ring(rangeBits, rangeBits)), rangeBits),
        (s, in) -> Piecewise.server(s, f, in.ring(Piecewise.ring(rangeBits, rangeBits)), rangeBits));
  }

  private static AutoCloseable closing(List<DigitVector> digits) {
    return () -> digits.forEach(DigitVector::close);
  }
}
