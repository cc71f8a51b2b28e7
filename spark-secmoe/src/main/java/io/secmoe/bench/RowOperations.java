package io.secmoe.bench;

import io.secmoe.protocol.OneHot;
import io.secmoe.protocol.Top1;
import io.secmoe.protocol.TopK;
import io.secmoe.ring.Modulus;

/** Functions of whole rows: the largest of several, and what divides by a sum. */
final class RowOperations {
  private static final int ELEMENTS = 131072;
  private static final Encoding LOGIT = new Encoding(Modulus.powerOfTwo(34), 12);
  private static final Encoding ONE_HOT = new Encoding(Modulus.T, 0);
  private static final double LARGEST_LOGIT = 127;

  /** Logits differ by less than 2^8. */
  private static final int DIFFERENCE_BITS = 8 + LOGIT.fraction();

  private RowOperations() {}

  /** Logits of {@code --experts} experts for {@code --tokens} tokens to the one-hot vector of the largest, in Z_t. */
  static Operation top1(Arguments a) {
    RowShape shape = selection(a, 1);
    int experts = shape.inputs();
    return new Operation(shape, Inputs.between(LOGIT, -LARGEST_LOGIT, LARGEST_LOGIT),
        Outputs.exactly(ONE_HOT, (in, out) -> PlainFunctions.topK(in, 1, out)), new TwoSides((c, x) -> {
          try (Top1.Result top = Top1.client(c, x, experts, DIFFERENCE_BITS)) {
            return OneHot.client(c, top.oneHot(), 1, experts, c.t());
          }
        }, (s, x) -> {
          try (Top1.Result top = Top1.server(s, x, experts, DIFFERENCE_BITS)) {
            return OneHot.server(s, top.oneHot(), 1, experts, s.t());
          }
        }));
  }

  /** The same for the {@code --k} largest, one one-hot vector for each. */
  static Operation topK(Arguments a) {
    int k = a.integer("k", 2);
    RowShape shape = selection(a, k);
    int experts = shape.inputs();
    return new Operation(shape.with("k", k), Inputs.between(LOGIT, -LARGEST_LOGIT, LARGEST_LOGIT),
        Outputs.exactly(ONE_HOT, (in, out) -> PlainFunctions.topK(in, k, out)), new TwoSides((c, x) -> {
          try (TopK.Result top = TopK.client(c, x, experts, k, DIFFERENCE_BITS)) {
            return OneHot.client(c, top.oneHots(), k, experts, c.t());
          }
        }, (s, x) -> {
          try (TopK.Result top = TopK.server(s, x, experts, k, DIFFERENCE_BITS)) {
            return OneHot.server(s, top.oneHots(), k, experts, s.t());
          }
        }));
  }

  private static RowShape selection(Arguments a, int k) {
    int experts = a.integer("experts", 8);
    return RowShape.rows("experts", experts, "tokens", a.integer("tokens", ELEMENTS / experts), k * experts);
  }
}
