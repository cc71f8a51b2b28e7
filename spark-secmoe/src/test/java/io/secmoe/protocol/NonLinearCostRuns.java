// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol;

import io.secmoe.protocol.compare.Compare;
import io.secmoe.protocol.compare.ComparisonRipple;
import io.secmoe.protocol.compare.ComparisonTree;
import io.secmoe.protocol.compare.Leaves;
import io.secmoe.protocol.compare.RangeCheck;
import io.secmoe.protocol.compare.Thresholds;
import io.secmoe.protocol.function.Gelu;
import io.secmoe.protocol.function.Piecewise;
import io.secmoe.protocol.function.PiecewiseFunction;
import io.secmoe.protocol.function.Relu;
import io.secmoe.protocol.function.Silu;
import io.secmoe.protocol.function.SmoothRelu;
import io.secmoe.protocol.share.And;
import io.secmoe.protocol.share.Mux;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.Map;
import java.util.function.Function;

/** The runs of comparisons and of functions made of them, for their cost lines. */
final class NonLinearCostRuns {
  static final Map<String, Function<Shape, CostRun>> BY_PROTOCOL =
      Map.ofEntries(
          Map.entry(
              "And",
              shape ->
                  new CostRun(
                      (c, in) -> And.run(c, in.digits(1), in.digits(shape.number(0))),
                      (s, in) -> And.run(s, in.digits(1), in.digits(shape.number(0))))),
          Map.entry(
              "Mux",
              shape ->
                  new CostRun(
                      (c, in) -> Mux.client(c, in.digits(1), in.ring(shape.ring(0))),
                      (s, in) -> Mux.server(s, in.digits(1), in.ring(shape.ring(0))))),
          Map.entry(
              "Compare",
              shape ->
                  new CostRun(
                      (c, in) -> Compare.run(c, in.ring(shape.ring(0))),
                      (s, in) -> Compare.run(s, in.ring(shape.ring(0))))),
          Map.entry(
              "Thresholds",
              shape ->
                  new CostRun(
                      (c, in) ->
                          Thresholds.run(c, in.ring(shape.ring(0)), new long[shape.number(0)]),
                      (s, in) ->
                          Thresholds.run(s, in.ring(shape.ring(0)), new long[shape.number(0)]))),
          Map.entry(
              "ComparisonTree",
              shape ->
                  new CostRun(
                      (c, in) ->
                          ComparisonTree.run(
                              c, in.ring(ring(shape)), shape.number(0), shape.number(1), 2),
                      (s, in) ->
                          ComparisonTree.run(
                              s,
                              in.many(ring(shape), shape.number(1)),
                              shape.number(0),
                              shape.number(1),
                              2))),
          Map.entry(
              "ComparisonRipple",
              shape ->
                  new CostRun(
                      (c, in) ->
                          ComparisonRipple.client(
                              c, in.ring(ring(shape)), shape.number(0), shape.number(1)),
                      (s, in) ->
                          ComparisonRipple.server(
                              s, in.many(ring(shape), shape.number(1)), shape.number(0)))),
          Map.entry(
              "Leaves",
              shape ->
                  new CostRun(
                      (c, in) ->
                          in.closing(
                              Leaves.run(
                                  c, in.ring(ring(shape)), shape.number(0), shape.number(1), 2)),
                      (s, in) ->
                          in.closing(
                              Leaves.run(
                                  s,
                                  in.many(ring(shape), shape.number(1)),
                                  shape.number(0),
                                  shape.number(1),
                                  2)))),
          Map.entry("RangeCheck", NonLinearCostRuns::rangeCheck),
          Map.entry(
              "Relu",
              shape ->
                  new CostRun(
                      (c, in) -> Relu.run(c, in.ring(shape.ring(0)), range(shape), 12),
                      (s, in) -> Relu.run(s, in.ring(shape.ring(0)), range(shape), 12))),
          Map.entry(
              "Gelu",
              shape ->
                  new CostRun(
                      (c, in) ->
                          Gelu.run(
                              c,
                              Gelu.Form.ERF,
                              in.ring(Piecewise.ring(range(shape))),
                              range(shape)),
                      (s, in) ->
                          Gelu.run(
                              s,
                              Gelu.Form.ERF,
                              in.ring(Piecewise.ring(range(shape))),
                              range(shape)))),
          Map.entry(
              "Silu",
              shape ->
                  new CostRun(
                      (c, in) -> Silu.run(c, in.ring(Piecewise.ring(range(shape))), range(shape)),
                      (s, in) -> Silu.run(s, in.ring(Piecewise.ring(range(shape))), range(shape)))),
          Map.entry(
              "SmoothRelu",
              shape ->
                  new CostRun(
                      (c, in) ->
                          SmoothRelu.run(
                              c,
                              PiecewiseFunction.GELU_TAIL,
                              in.ring(Piecewise.ring(range(shape))),
                              range(shape)),
                      (s, in) ->
                          SmoothRelu.run(
                              s,
                              PiecewiseFunction.GELU_TAIL,
                              in.ring(Piecewise.ring(range(shape))),
                              range(shape)))),
          Map.entry(
              "Piecewise",
              shape ->
                  new CostRun(
                      (c, in) ->
                          Piecewise.run(
                              c,
                              PiecewiseFunction.GELU_PAPER,
                              in.ring(Piecewise.ring(range(shape))),
                              range(shape)),
                      (s, in) ->
                          Piecewise.run(
                              s,
                              PiecewiseFunction.GELU_PAPER,
                              in.ring(Piecewise.ring(range(shape))),
                              range(shape)))));

  private NonLinearCostRuns() {}

  /** Runs the check alone, because the opening at the end is for whole rows. */
  private static CostRun rangeCheck(Shape shape) {
    RangeCheck.Width width =
        shape.text().endsWith("wide") ? RangeCheck.Width.WIDE : RangeCheck.Width.NARROW;
    return new CostRun(
        (c, in) -> {
          RingVector x = in.ring(Modulus.T);
          c.watch().start((int) x.length());
          RangeCheck.run(c, width, x, x.length(), 12, range(shape));
          return c.watch().end(c);
        },
        (s, in) -> {
          RingVector x = in.ring(Modulus.T);
          s.watch().start((int) x.length());
          RangeCheck.run(s, width, x, x.length(), 12, range(shape));
          return s.watch().end(s);
        });
  }

  /** Returns b of "below 2^b". */
  private static int range(Shape shape) {
    return shape.number(1);
  }

  /** Returns numbers of as many bits as the first number says. */
  private static Modulus ring(Shape shape) {
    return Modulus.powerOfTwo(shape.number(0));
  }
}
