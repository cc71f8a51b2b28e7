package io.secmoe.bench;

import io.secmoe.protocol.BitToArithmetic;
import io.secmoe.protocol.Top1;
import io.secmoe.ring.Modulus;

/** Functions of whole rows: the largest of several, and what divides by a sum. */
final class RowOperations {
  private RowOperations() {}

  /** Logits of {@code --experts} experts for {@code --tokens} tokens to the one-hot vector of the largest, in Z_t. */
  static Operation top1(Arguments a) {
    int experts = a.integer("experts", 8);
    int tokens = a.integer("tokens", 131072 / experts);
    Encoding logits = new Encoding(Modulus.powerOfTwo(34), 12);
    return new Operation(RowShape.rows("experts", experts, "tokens", tokens, experts), Inputs.between(logits, -16, 16),
        Outputs.exactly(new Encoding(Modulus.T, 0), (in, out) -> PlainFunctions.topK(in, 1, out)), new TwoSides((c, x) -> {
          try (Top1.Result top = Top1.client(c, x, experts, 18)) {
            return BitToArithmetic.client(c, top.oneHot(), c.t());
          }
        }, (s, x) -> {
          try (Top1.Result top = Top1.server(s, x, experts, 18)) {
            return BitToArithmetic.server(s, top.oneHot(), s.t());
          }
        }));
  }
}
