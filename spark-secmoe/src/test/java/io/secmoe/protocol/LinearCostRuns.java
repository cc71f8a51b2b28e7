package io.secmoe.protocol;

import io.secmoe.linear.Linear;
import io.secmoe.linear.LinearShape;
import io.secmoe.linear.MatrixProduct;
import io.secmoe.linear.MatrixProductShape;
import io.secmoe.linear.Weights;
import io.secmoe.ring.Modulus;
import java.util.Map;
import java.util.function.Function;

/** How to run the linear layers, for {@link CostRuns}. */
final class LinearCostRuns {
  static final Map<String, Function<Shape, CostRun>> BY_PROTOCOL =
      Map.of("Linear", LinearCostRuns::linear, "MatrixProduct", LinearCostRuns::products);

  private LinearCostRuns() {}

  private static CostRun linear(Shape shape) {
    LinearShape linear = new LinearShape(shape.number(0), shape.number(1), 0);
    Weights weights = Weights.quantise(1, linear.outputs(), linear.inputs(), 0, i -> i % 7);
    long inputs = (long) linear.inputs() * Upload.SLOTS;
    return new CostRun(Upload.SLOTS, (c, in) -> Linear.client(c, linear, in.ring(Modulus.T, inputs)),
        (s, in) -> Linear.server(s, weights, null, in.ring(Modulus.T, inputs)));
  }

  private static CostRun products(Shape shape) {
    MatrixProductShape product = new MatrixProductShape(shape.number(0), shape.number(2), shape.number(1), shape.number(3));
    long columns = (long) product.pairs() * product.inner();
    return new CostRun(product.rows() * (long) product.pairs() * product.columns(),
        (c, in) -> MatrixProduct.client(c, product, in.ring(Modulus.T, columns * product.rows()),
            in.ring(Modulus.T, columns * product.columns())),
        (s, in) -> MatrixProduct.server(s, product, in.ring(Modulus.T, columns * product.rows()),
            in.ring(Modulus.T, columns * product.columns())));
  }
}
