// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.operation;

import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.data.Domain;
import io.secmoe.bench.data.Encoding;
import io.secmoe.bench.data.Inputs;
import io.secmoe.bench.data.Outputs;
import io.secmoe.bench.data.PlainFunctions;
import io.secmoe.bench.data.RowShape;
import io.secmoe.protocol.function.LayerNorm;
import io.secmoe.protocol.function.RmsNorm;
import io.secmoe.protocol.function.Softmax;
import io.secmoe.protocol.select.Top1;
import io.secmoe.protocol.select.TopK;
import io.secmoe.protocol.share.OneHot;
import io.secmoe.ring.Modulus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Functions of whole rows: the largest of several, and what divides by a sum. */
final class RowOperations {
  private static final int ELEMENTS = 131072;
  private static final int RANGE_BITS = 8;
  private static final Encoding LOGIT = new Encoding(Modulus.powerOfTwo(34), 12);
  private static final Encoding ONE_HOT = new Encoding(Modulus.T, 0);
  private static final double LARGEST_LOGIT = 127;

  /** Logits differ by less than 2^8. */
  private static final int DIFFERENCE_BITS = 8 + LOGIT.fraction();

  private RowOperations() {}

  /**
   * Makes the operation from logits of {@code --experts} experts for {@code --tokens} tokens to the
   * one-hot vector of the largest, in Z_t.
   */
  static Operation top1(Arguments a) {
    RowShape shape = selection(a, 1);
    int experts = shape.inputs();
    return new Operation(
        shape,
        Inputs.between(LOGIT, -LARGEST_LOGIT, LARGEST_LOGIT),
        Outputs.exactly(ONE_HOT, (in, out) -> PlainFunctions.topK(in, 1, out)),
        new TwoSides(
            (c, x) -> {
              try (Top1.Result top = Top1.run(c, x, experts, DIFFERENCE_BITS)) {
                return OneHot.run(c, top.oneHot(), 1, experts, c.t());
              }
            },
            (s, x) -> {
              try (Top1.Result top = Top1.run(s, x, experts, DIFFERENCE_BITS)) {
                return OneHot.run(s, top.oneHot(), 1, experts, s.t());
              }
            }));
  }

  /** Makes the operation for the {@code --k} largest, with a one-hot vector for each. */
  static Operation topK(Arguments a) {
    int k = a.integer("k", 2);
    RowShape shape = selection(a, k);
    int experts = shape.inputs();
    return new Operation(
        shape.with("k", k),
        Inputs.between(LOGIT, -LARGEST_LOGIT, LARGEST_LOGIT),
        Outputs.exactly(ONE_HOT, (in, out) -> PlainFunctions.topK(in, k, out)),
        new TwoSides(
            (c, x) -> {
              try (TopK.Result top = TopK.run(c, x, experts, k, DIFFERENCE_BITS)) {
                return OneHot.run(c, top.oneHots(), k, experts, c.t());
              }
            },
            (s, x) -> {
              try (TopK.Result top = TopK.run(s, x, experts, k, DIFFERENCE_BITS)) {
                return OneHot.run(s, top.oneHots(), k, experts, s.t());
              }
            }));
  }

  /** Makes {@code --rows} rows of {@code --width} values, |x| &lt; 2^5. */
  static Operation softmax(Arguments a) {
    int width = a.integer("width", 128);
    RowShape shape =
        RowShape.rows("width", width, "rows", a.integer("rows", ELEMENTS / width), width);
    return new Operation(
        shape,
        Inputs.between(Encoding.LINEAR, -31, 31),
        new Outputs(Encoding.ACTIVATION, PlainFunctions::softmax, 0x1p-9, Outputs.Scale.ABSOLUTE),
        new TwoSides(
            (c, x) -> Softmax.run(c, x, width, Encoding.LINEAR.fraction(), 5),
            (s, x) -> Softmax.run(s, x, width, Encoding.LINEAR.fraction(), 5)));
  }

  /** Makes {@code --tokens} tokens of {@code --d} features, |x| &lt; 2^8. */
  static Operation rmsNorm(Arguments a) {
    RowShape shape = norm(a);
    return new Operation(
        shape,
        features(shape.inputs()),
        normalised(PlainFunctions::rmsNorm),
        new TwoSides(
            (c, x) -> RmsNorm.run(c, x, shape.inputs(), RANGE_BITS, PlainFunctions.NORM_EPSILON),
            (s, x) -> RmsNorm.run(s, x, shape.inputs(), RANGE_BITS, PlainFunctions.NORM_EPSILON)));
  }

  static Operation layerNorm(Arguments a) {
    RowShape shape = norm(a);
    return new Operation(
        shape,
        features(shape.inputs()),
        normalised(PlainFunctions::layerNorm),
        new TwoSides(
            (c, x) -> LayerNorm.run(c, x, shape.inputs(), RANGE_BITS, PlainFunctions.NORM_EPSILON),
            (s, x) ->
                LayerNorm.run(s, x, shape.inputs(), RANGE_BITS, PlainFunctions.NORM_EPSILON)));
  }

  private static RowShape norm(Arguments a) {
    int d = a.integer("d", 768);
    return RowShape.rows("d", d, "tokens", a.integer("tokens", ELEMENTS / d), d);
  }

  /**
   * Makes inputs of which one feature is far from zero, because norms are for tokens that are not
   * nearly constant.
   */
  private static Inputs features(int d) {
    List<Domain> domains =
        new ArrayList<>(Collections.nCopies(d, Domain.of(Encoding.ACTIVATION, -255, 255)));
    domains.set(0, Domain.of(Encoding.ACTIVATION, 4, 5));
    return new Inputs(Encoding.ACTIVATION, domains);
  }

  private static Outputs normalised(Outputs.Plain plain) {
    return new Outputs(Encoding.ACTIVATION, plain, 0x1p-7, Outputs.Scale.LARGEST);
  }

  private static RowShape selection(Arguments a, int k) {
    int experts = a.integer("experts", 8);
    return RowShape.rows(
        "experts", experts, "tokens", a.integer("tokens", ELEMENTS / experts), k * experts);
  }
}
