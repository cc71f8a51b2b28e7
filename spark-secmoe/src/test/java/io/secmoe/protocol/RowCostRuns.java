// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol;

import io.secmoe.protocol.function.Exp;
import io.secmoe.protocol.function.LayerNorm;
import io.secmoe.protocol.function.Normalisation;
import io.secmoe.protocol.function.OctaveFunction;
import io.secmoe.protocol.function.Octaves;
import io.secmoe.protocol.function.PowerOfTwo;
import io.secmoe.protocol.function.Reciprocal;
import io.secmoe.protocol.function.RmsNorm;
import io.secmoe.protocol.function.Rsqrt;
import io.secmoe.protocol.function.Softmax;
import io.secmoe.protocol.product.CrossProduct;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.protocol.product.RowScale;
import io.secmoe.protocol.product.SquareSums;
import io.secmoe.protocol.product.UploadFactors;
import io.secmoe.protocol.product.WeightedSums;
import io.secmoe.protocol.select.Maximum;
import io.secmoe.protocol.share.RescalePositive;
import io.secmoe.protocol.tile.Packing;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.Map;
import java.util.function.Function;

/**
 * The runs of the protocols of rows and of their parts, for {@link CostRuns}. Matrices are named as
 * rows × columns.
 */
final class RowCostRuns {
  private static final double EPSILON = 1e-5;

  static final Map<String, Function<Shape, CostRun>> BY_PROTOCOL =
      Map.ofEntries(
          Map.entry(
              "CrossProduct",
              shape ->
                  new CostRun(
                      (c, in) -> CrossProduct.client(c, in.ring(Modulus.T)),
                      (s, in) -> CrossProduct.server(s, in.ring(Modulus.T)))),
          Map.entry(
              "Exp",
              shape ->
                  new CostRun(
                      (c, in) -> Exp.run(c, in.ring(shape.ring(0)), 12),
                      (s, in) -> Exp.run(s, in.ring(shape.ring(0)), 12))),
          Map.entry(
              "LayerNorm",
              shape ->
                  new CostRun(
                      elements(shape),
                      (c, in) ->
                          LayerNorm.run(
                              c, in.ring(Modulus.T), shape.number(0), shape.number(3), EPSILON),
                      (s, in) ->
                          LayerNorm.run(
                              s, in.ring(Modulus.T), shape.number(0), shape.number(3), EPSILON))),
          Map.entry(
              "Maximum",
              shape ->
                  new CostRun(
                      elements(shape),
                      (c, in) -> Maximum.run(c, in.ring(shape.ring(0)), shape.number(0)),
                      (s, in) -> Maximum.run(s, in.ring(shape.ring(0)), shape.number(0)))),
          Map.entry("Normalisation", RowCostRuns::normalisation),
          Map.entry("Octaves", RowCostRuns::octaves),
          Map.entry(
              "PowerOfTwo",
              shape ->
                  new CostRun(
                      (c, in) -> PowerOfTwo.run(c, in.ring(shape.ring(0)), 20),
                      (s, in) -> PowerOfTwo.run(s, in.ring(shape.ring(0)), 20))),
          Map.entry(
              "Reciprocal",
              shape ->
                  new CostRun(
                      (c, in) -> Reciprocal.run(c, in.ring(Modulus.T), 20, shape.number(1)),
                      (s, in) -> Reciprocal.run(s, in.ring(Modulus.T), 20, shape.number(1)))),
          Map.entry(
              "RescalePositive",
              shape ->
                  new CostRun(
                      (c, in) ->
                          RescalePositive.client(c, in.ring(shape.ring(0)), 12, shape.ring(1)),
                      (s, in) ->
                          RescalePositive.server(s, in.ring(shape.ring(0)), 12, shape.ring(1)))),
          Map.entry(
              "RmsNorm",
              shape ->
                  new CostRun(
                      elements(shape),
                      (c, in) ->
                          RmsNorm.run(
                              c, in.ring(Modulus.T), shape.number(0), shape.number(3), EPSILON),
                      (s, in) ->
                          RmsNorm.run(
                              s, in.ring(Modulus.T), shape.number(0), shape.number(3), EPSILON))),
          Map.entry("RowScale", RowCostRuns::rowScale),
          Map.entry("Rsqrt", RowCostRuns::rsqrt),
          Map.entry(
              "Softmax",
              shape ->
                  new CostRun(
                      elements(shape),
                      (c, in) ->
                          Softmax.run(c, in.ring(Modulus.T), shape.number(0), 24, shape.number(3)),
                      (s, in) ->
                          Softmax.run(
                              s, in.ring(Modulus.T), shape.number(0), 24, shape.number(3)))),
          Map.entry("SquareSums", RowCostRuns::squareSums),
          Map.entry(
              "UploadFactors",
              shape ->
                  new CostRun(
                      (c, in) -> {
                        UploadFactors.client(c, in.ring(Modulus.T), 2);
                        return null;
                      },
                      (s, in) -> UploadFactors.server(s, 2, Packing.SLOTS))),
          Map.entry("WeightedSums", RowCostRuns::weightedSums));

  private RowCostRuns() {}

  private static long elements(Shape shape) {
    return (long) shape.number(0) * shape.number(1);
  }

  private static CostRun normalisation(Shape shape) {
    Normalisation.Shape norm = RmsNorm.shape(Modulus.T, shape.number(0), 8, EPSILON);
    return new CostRun(
        elements(shape),
        (c, in) -> Normalisation.client(c, in.ring(Modulus.T), norm),
        (s, in) -> Normalisation.server(s, in.ring(Modulus.T), norm));
  }

  private static CostRun octaves(Shape shape) {
    Octaves.Span span = Octaves.Span.of(13, 13 + shape.number(0), 1);
    Modulus out = Modulus.powerOfTwo(Octaves.FRACTION + span.steps() + 3);
    return new CostRun(
        (c, in) -> Octaves.run(c, OctaveFunction.RECIPROCAL, in.ring(span.ring()), span, out),
        (s, in) -> Octaves.run(s, OctaveFunction.RECIPROCAL, in.ring(span.ring()), span, out));
  }

  private static CostRun rsqrt(Shape shape) {
    Rsqrt.Shape rsqrt = new Rsqrt.Shape(4, 4 + shape.number(0), 4, 12);
    return new CostRun(
        (c, in) -> Rsqrt.run(c, in.ring(rsqrt.ring()), rsqrt),
        (s, in) -> Rsqrt.run(s, in.ring(rsqrt.ring()), rsqrt));
  }

  /** Scales an upload, which does not count. */
  private static CostRun rowScale(Shape shape) {
    Packing packing = new Packing(shape.number(0), shape.number(1));
    long slots = (long) packing.rows() * packing.columns();
    return new CostRun(
        elements(shape),
        (c, in) -> {
          RingVector x = in.ring(Modulus.T, slots);
          in.uncounted(() -> UploadFactors.client(c, x, packing.rows()));
          return RowScale.client(c, x, packing.rows(), in.ring(Modulus.T, packing.columns()));
        },
        (s, in) -> {
          Encrypted[] theirs = new Encrypted[1];
          in.uncounted(
              () -> theirs[0] = UploadFactors.server(s, packing.rows(), packing.columns()));
          try (Encrypted x = theirs[0]) {
            return RowScale.server(
                s, x, in.ring(Modulus.T, slots), in.ring(Modulus.T, packing.columns()));
          }
        });
  }

  private static CostRun weightedSums(Shape shape) {
    int features = shape.number(0);
    int length = shape.number(2);
    long tokens = (long) shape.number(1) * length;
    return new CostRun(
        features * tokens,
        (c, in) ->
            WeightedSums.client(
                c, in.ring(Modulus.T), features, length, in.ring(Modulus.T, tokens)),
        (s, in) -> WeightedSums.server(s, in.ring(Modulus.T), features, length));
  }

  private static CostRun squareSums(Shape shape) {
    Packing packing = new Packing(shape.number(0), shape.number(1));
    long slots = (long) packing.rows() * packing.columns();
    return new CostRun(
        elements(shape),
        (c, in) -> {
          RingVector x = in.ring(Modulus.T, slots);
          in.uncounted(() -> UploadFactors.client(c, x, packing.rows()));
          return SquareSums.client(c, x, packing.rows(), shape.number(2));
        },
        (s, in) -> {
          Encrypted[] theirs = new Encrypted[1];
          in.uncounted(
              () -> theirs[0] = UploadFactors.server(s, packing.rows(), packing.columns()));
          try (Encrypted x = theirs[0]) {
            return SquareSums.server(s, x, in.ring(Modulus.T, slots), shape.number(2));
          }
        });
  }
}
