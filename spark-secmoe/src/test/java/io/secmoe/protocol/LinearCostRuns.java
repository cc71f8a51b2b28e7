package io.secmoe.protocol;

import io.secmoe.linear.Linear;
import io.secmoe.linear.LinearShape;
import io.secmoe.linear.MatrixProduct;
import io.secmoe.linear.MatrixProductShape;
import io.secmoe.linear.SelectLinear;
import io.secmoe.linear.Weights;
import io.secmoe.ring.Modulus;
import java.util.Map;
import java.util.function.Function;

/** How to run the linear layers, for {@link CostRuns}. */
final class LinearCostRuns {
  static final Map<String, Function<Shape, CostRun>> BY_PROTOCOL =
      Map.of("Linear", LinearCostRuns::linear, "MatrixProduct", LinearCostRuns::products, "SelectLinear", LinearCostRuns::selection);

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

  /** Uploads of two selectors and an input that do not count, of which so many outputs are computed. */
  private static CostRun selection(Shape shape) {
    Weights weights = Weights.quantise(2, shape.number(0), 1, 0, i -> i % 7);
    return new CostRun(Upload.SLOTS, (c, in) -> {
      in.uncounted(() -> {
        Upload.client(c, in.ring(Modulus.T, 2L * Upload.SLOTS), 2, c.profile().topLevel());
        Upload.client(c, in.ring(Modulus.T), 1, c.profile().topLevel());
      });
      return SelectLinear.client(c, shape.number(0), Upload.SLOTS);
    }, (s, in) -> {
      Encrypted[] uploads = new Encrypted[2];
      in.uncounted(() -> {
        uploads[0] = Upload.server(s, in.ring(Modulus.T, 2L * Upload.SLOTS), 2, s.profile().topLevel());
        uploads[1] = Upload.server(s, in.ring(Modulus.T), 1, s.profile().topLevel());
      });
      try (Encrypted selector = uploads[0]; Encrypted x = uploads[1]) {
        return SelectLinear.server(s, weights, selector, x);
      }
    });
  }
}
