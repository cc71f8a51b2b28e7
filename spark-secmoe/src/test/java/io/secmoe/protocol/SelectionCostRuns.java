// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol;

import io.secmoe.protocol.select.PackKeys;
import io.secmoe.protocol.select.Top1;
import io.secmoe.protocol.select.TopK;
import io.secmoe.protocol.select.TopKPlan;
import io.secmoe.protocol.select.UnpackKeys;
import io.secmoe.protocol.share.OneHot;
import io.secmoe.protocol.share.WeightedOneHot;
import io.secmoe.ring.Modulus;
import java.util.Map;
import java.util.function.Function;

/**
 * The runs of the protocols around {@link TopK}: shapes are "row of E candidates in Z_{2^r}, the k
 * largest".
 */
final class SelectionCostRuns {
  private static final long ROWS = 256;

  static final Map<String, Function<Shape, CostRun>> BY_PROTOCOL =
      Map.of(
          "NetworkTopK",
              shape ->
                  tile(
                      TopKPlan.network(shape.number(0), shape.number(1), shape.ring(0).bits() - 2)),
          "OneHot", shape -> oneHot(shape.number(0), shape.ring(0)),
          "PackKeys",
              shape -> packKeys(TopKPlan.network(shape.number(0), 1, shape.ring(0).bits() - 1)),
          "RepeatedTop1",
              shape ->
                  tile(
                      TopKPlan.repeated(
                          shape.number(0), shape.number(1), shape.ring(0).bits() - 2)),
          "Top1", SelectionCostRuns::top1,
          "TopK", SelectionCostRuns::topK,
          "UnpackKeys",
              shape -> unpackKeys(TopKPlan.network(shape.number(0), 1, shape.ring(0).bits() - 1)),
          "WeightedOneHot", shape -> weightedOneHot(shape.number(0), shape.ring(0)));

  private SelectionCostRuns() {}

  private static CostRun top1(Shape shape) {
    int experts = shape.number(0);
    Modulus ring = shape.ring(0);
    return new CostRun(
        ROWS,
        (c, in) -> Top1.run(c, in.ring(ring, experts * ROWS), experts, ring.bits() - 1),
        (s, in) -> Top1.run(s, in.ring(ring, experts * ROWS), experts, ring.bits() - 1));
  }

  private static CostRun topK(Shape shape) {
    int experts = shape.number(0);
    int k = shape.number(1);
    Modulus ring = shape.ring(0);
    return new CostRun(
        ROWS,
        (c, in) -> TopK.run(c, in.ring(ring, experts * ROWS), experts, k, ring.bits() - 2),
        (s, in) -> TopK.run(s, in.ring(ring, experts * ROWS), experts, k, ring.bits() - 2));
  }

  private static CostRun tile(TopKPlan plan) {
    return new CostRun(
        ROWS,
        (c, in) -> TopK.run(c, in.ring(plan.ring(), plan.experts() * ROWS), plan),
        (s, in) -> TopK.run(s, in.ring(plan.ring(), plan.experts() * ROWS), plan));
  }

  private static CostRun oneHot(int experts, Modulus to) {
    return new CostRun(
        ROWS,
        (c, in) -> OneHot.run(c, in.digits(1, experts * ROWS), 1, experts, to),
        (s, in) -> OneHot.run(s, in.digits(1, experts * ROWS), 1, experts, to));
  }

  private static CostRun weightedOneHot(int experts, Modulus m) {
    return new CostRun(
        ROWS,
        (c, in) -> WeightedOneHot.run(c, in.digits(1, experts * ROWS), 1, in.ring(m)),
        (s, in) -> WeightedOneHot.run(s, in.digits(1, experts * ROWS), 1, in.ring(m)));
  }

  private static CostRun packKeys(TopKPlan plan) {
    return new CostRun(
        ROWS,
        (c, in) -> PackKeys.run(c, in.ring(plan.valueRing()), in.ring(plan.rankRing()), plan),
        (s, in) -> PackKeys.run(s, in.ring(plan.valueRing()), in.ring(plan.rankRing()), plan));
  }

  private static CostRun unpackKeys(TopKPlan plan) {
    return new CostRun(
        ROWS,
        (c, in) -> UnpackKeys.run(c, in.ring(plan.keyRing()), plan),
        (s, in) -> UnpackKeys.run(s, in.ring(plan.keyRing()), plan));
  }
}
