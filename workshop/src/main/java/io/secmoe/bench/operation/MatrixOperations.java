// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.operation;

import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.data.Encoding;
import io.secmoe.bench.data.Inputs;
import io.secmoe.bench.data.Outputs;
import io.secmoe.bench.data.RowShape;
import io.secmoe.linear.MatrixProduct;
import io.secmoe.linear.MatrixProductShape;
import io.secmoe.linear.PairColumns;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;
import java.util.LinkedHashMap;
import java.util.Map;

/** Products of shared matrices: a row of the benchmark is one pair of matrices. */
final class MatrixOperations {
  private static final double LARGEST = 15;

  private MatrixOperations() {}

  /**
   * Makes {@code --pairs} products of width × inner by inner × width, as attention's scores are:
   * {@code --inner} features of {@code --width} tokens.
   */
  static Operation product(Arguments a) {
    int inner = a.integer("inner", 64);
    int width = a.integer("width", 128);
    int pairs = a.integer("pairs", 64);
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("pairs", pairs);
    options.put("inner", inner);
    options.put("width", width);
    int elements = Math.multiplyExact(width, width);
    RowShape shape =
        new RowShape(
            options,
            pairs,
            2 * inner * width,
            elements,
            elements,
            MatrixProductShape.pairsPerCiphertext(width));
    return new Operation(
        shape,
        Inputs.between(Encoding.ACTIVATION, -LARGEST, LARGEST),
        Outputs.exactly(Encoding.LINEAR, (in, out) -> plain(in, out, inner, width)),
        new TwoSides(
            (c, x) -> {
              MatrixProductShape product = shape(x, inner, width);
              try (RingVector left = factor(c.arena(), x, product, 0);
                  RingVector right = factor(c.arena(), x, product, 1);
                  RingVector y = MatrixProduct.client(c, product, left, right)) {
                return byPair(c.arena(), y, width, product.pairs(), width);
              }
            },
            (s, x) -> {
              MatrixProductShape product = shape(x, inner, width);
              try (RingVector left = factor(s.arena(), x, product, 0);
                  RingVector right = factor(s.arena(), x, product, 1);
                  RingVector y = MatrixProduct.server(s, product, left, right)) {
                return byPair(s.arena(), y, width, product.pairs(), width);
              }
            }));
  }

  private static void plain(double[] in, double[] out, int inner, int width) {
    for (int i = 0; i < out.length; i++) {
      double sum = 0;
      for (int k = 0; k < inner; k++) {
        sum += in[k * width + i / width] * in[(inner + k) * width + i % width];
      }
      out[i] = sum;
    }
  }

  private static MatrixProductShape shape(RingVector x, int inner, int width) {
    return new MatrixProductShape(
        Math.toIntExact(x.length() / (2L * inner * width)), inner, width, width);
  }

  /**
   * Returns the first or the second half of rows: from inner × width × pairs, as the benchmark has
   * them, to inner × pairs × width.
   */
  private static RingVector factor(Arena arena, RingVector x, MatrixProductShape shape, int which) {
    RingVector half = x.view(which * x.length() / 2, x.length() / 2);
    return byPair(arena, half, shape.inner(), shape.columns(), shape.pairs());
  }

  /** Returns {@code blocks} × m × n to blocks × n × m. */
  private static RingVector byPair(Arena arena, RingVector x, int blocks, int m, int n) {
    RingVector out = RingVector.uninitialised(arena, x.modulus(), x.length());
    long size = (long) m * n;
    for (int block = 0; block < blocks; block++) {
      try (RingVector part =
          new PairColumns(m, 1, n).transposed(arena, x.view(block * size, size))) {
        out.put(block * size, part);
      }
    }
    return out;
  }
}
