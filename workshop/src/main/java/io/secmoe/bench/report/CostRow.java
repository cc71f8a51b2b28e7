// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.report;

import java.util.List;

/**
 * One function in the table of costs.
 *
 * @param title for people
 * @param options of the benchmark {@code op}
 * @param toReach the bytes per element, both ways, that were set as a goal; 0 for none
 * @param reference what SPU 0.9.5 with Cheetah in a 64-bit ring was measured to spend; 0 if it was
 *     not
 */
record CostRow(String title, String options, double toReach, double reference) {
  static final List<CostRow> ALL =
      List.of(
          new CostRow("rescale, Z_t to Z_{2^21}", "--name rescale", 8, 3),
          new CostRow("rescale, Z_{2^21} to Z_t", "--name rescale --from 21 --to t", 8, 0),
          new CostRow("compare with 0, Z_{2^21}", "--name compare", 20, 82),
          new CostRow("mux, Z_{2^21}", "--name mux", 12, 16),
          new CostRow("bit to Z_t", "--name b2a", 0, 0),
          new CostRow("product", "--name product", 60, 168),
          new CostRow("square", "--name square", 40, 168),
          new CostRow("matrix product, 128 × 64 by 64 × 128", "--name matmul", 0, 0),
          new CostRow("ReLU", "--name relu", 36, 99),
          new CostRow("GeLU, erf", "--name gelu", 125, 820),
          new CostRow("GeLU, tanh", "--name gelu-tanh", 125, 820),
          new CostRow("GeLU, segments of the paper", "--name gelu-paper", 125, 820),
          new CostRow("SiLU", "--name silu", 145, 1156),
          new CostRow("exp, x ≤ 0", "--name exp", 115, 873),
          new CostRow("reciprocal", "--name reciprocal", 0, 0),
          new CostRow("reciprocal root", "--name rsqrt", 0, 0),
          new CostRow("softmax, rows of 128", "--name softmax --rows 1024 --width 128", 190, 1173),
          new CostRow("RMSNorm, d = 768", "--name rmsnorm --d 768 --tokens 170", 50, 447),
          new CostRow("LayerNorm, d = 768", "--name layernorm --d 768 --tokens 170", 50, 447),
          new CostRow("top-1 of 8, per candidate", "--name top1 --experts 8", 32, 0),
          new CostRow("top-1 of 128, per candidate", "--name top1 --experts 128", 32, 0),
          new CostRow("top-2 of 8, per candidate", "--name topk --experts 8 --k 2", 70, 0),
          new CostRow("top-8 of 128, per candidate", "--name topk --experts 128 --k 8", 280, 0));

  String name() {
    return options.split(" ")[1];
  }

  /** Returns the benchmark's options without the kind of OT. */
  String arguments() {
    return "op " + options;
  }
}
