// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol;

import io.secmoe.linear.Linear;
import io.secmoe.linear.LinearShape;
import io.secmoe.linear.LinearWeights;
import io.secmoe.linear.MatrixProduct;
import io.secmoe.linear.MatrixProductShape;
import io.secmoe.linear.ParameterLinear;
import io.secmoe.linear.ParameterShape;
import io.secmoe.linear.SelectLinear;
import io.secmoe.linear.Weights;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.protocol.product.Upload;
import io.secmoe.protocol.tile.Packing;
import io.secmoe.ring.Modulus;
import java.util.Map;
import java.util.function.Function;

/** The runs of the linear layers, for {@link CostRuns}. */
final class LinearCostRuns {
  static final Map<String, Function<Shape, CostRun>> BY_PROTOCOL =
      Map.of(
          "Linear",
          LinearCostRuns::linear,
          "MatrixProduct",
          LinearCostRuns::products,
          "SelectLinear",
          LinearCostRuns::selections,
          "ParameterLinear",
          LinearCostRuns::parameters);

  private static final int TOKENS = 4;

  private LinearCostRuns() {}

  private static CostRun linear(Shape shape) {
    LinearShape linear = new LinearShape(shape.number(0), shape.number(1), 0);
    Weights weights = Weights.quantise(1, linear.outputs(), linear.inputs(), 0, i -> i % 7);
    long inputs = (long) linear.inputs() * Packing.SLOTS;
    return new CostRun(
        Packing.SLOTS,
        (c, in) -> Linear.client(c, linear, in.ring(Modulus.T, inputs)),
        (s, in) -> Linear.server(s, new LinearWeights(weights), in.ring(Modulus.T, inputs)));
  }

  /** Runs E experts of so many rows and features, the uploads included. */
  private static CostRun selections(Shape shape) {
    int experts = shape.number(0);
    int rows = shape.number(1);
    int features = shape.number(2);
    Weights weights = Weights.quantise(experts, rows, features, 0, i -> i % 7);
    return new CostRun(
        Packing.SLOTS,
        (c, in) -> {
          Upload.client(c, in.many(Modulus.T, experts), experts, c.profile().topLevel());
          Upload.client(c, in.many(Modulus.T, features), features, c.profile().topLevel());
          return SelectLinear.client(c, rows, Packing.SLOTS);
        },
        (s, in) -> {
          try (Encrypted selector =
                  Upload.server(s, in.many(Modulus.T, experts), experts, s.profile().topLevel());
              Encrypted x =
                  Upload.server(
                      s, in.many(Modulus.T, features), features, s.profile().topLevel())) {
            return SelectLinear.server(s, new LinearWeights(weights), 1, selector, x);
          }
        });
  }

  private static CostRun parameters(Shape shape) {
    ParameterShape product = new ParameterShape(shape.number(0), shape.number(1), shape.number(2));
    Weights weights =
        Weights.quantise(product.experts(), product.rows(), product.features(), 0, i -> i % 7);
    return new CostRun(
        TOKENS,
        (c, in) ->
            ParameterLinear.client(
                c,
                product,
                in.many(Modulus.T, product.experts()),
                in.many(Modulus.T, product.features())),
        (s, in) ->
            ParameterLinear.server(
                s,
                new LinearWeights(weights),
                in.many(Modulus.T, product.experts()),
                in.many(Modulus.T, product.features())));
  }

  private static CostRun products(Shape shape) {
    MatrixProductShape product =
        new MatrixProductShape(shape.number(0), shape.number(2), shape.number(1), shape.number(3));
    long columns = (long) product.pairs() * product.inner();
    return new CostRun(
        product.rows() * (long) product.pairs() * product.columns(),
        (c, in) ->
            MatrixProduct.client(
                c,
                product,
                in.ring(Modulus.T, columns * product.rows()),
                in.ring(Modulus.T, columns * product.columns())),
        (s, in) ->
            MatrixProduct.server(
                s,
                product,
                in.ring(Modulus.T, columns * product.rows()),
                in.ring(Modulus.T, columns * product.columns())));
  }
}
