// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.model.input.TokenRows;
import io.secmoe.model.plaintext.PlainResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** PLAINTEXT reference: the results of {@link SwitchReference} so far. */
final class SwitchResults {
  private final SwitchConfig config;
  private final List<double[]> embeddings = new ArrayList<>();
  private final List<double[]> logits = new ArrayList<>();
  private final List<IntStream.Builder> experts = new ArrayList<>();

  SwitchResults(SwitchConfig config) {
    this.config = config;
    IntStream.range(0, config.stack().blocks())
        .filter(config::sparse)
        .forEach(block -> experts.add(IntStream.builder()));
  }

  /** Adds the experts of a batch's tokens in sparse layer {@code index}; padding is left out. */
  void addExperts(int index, TokenRows rows, int[] batch) {
    for (int row = 0; row < rows.count(); row++) {
      int first = row * rows.length();
      Arrays.stream(batch, first, first + rows.ids()[row].length).forEach(experts.get(index)::add);
    }
  }

  /** Adds a row's pooled vector, or its tokens' vectors, one after the other, if there is none. */
  void addEmbedding(double[][] tokens, double[] pooled) {
    embeddings.add(
        pooled != null ? pooled : Arrays.stream(tokens).flatMapToDouble(Arrays::stream).toArray());
  }

  void addLogits(double[] row) {
    logits.add(row);
  }

  PlainResult all() {
    return new PlainResult(
        config.head().labels().isEmpty() ? null : logits.toArray(double[][]::new),
        experts.stream().map(layer -> layer.build().toArray()).toArray(int[][]::new),
        embeddings.toArray(double[][]::new));
  }
}
