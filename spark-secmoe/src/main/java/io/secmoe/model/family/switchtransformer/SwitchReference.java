// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.model.checkpoint.Matrix;
import io.secmoe.model.input.Rows;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.ValueNames;
import io.secmoe.model.plaintext.PlainMath;
import io.secmoe.model.plaintext.PlainResult;
import io.secmoe.model.plaintext.PlainVectors;
import io.secmoe.model.plaintext.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The Switch Transformers encoder in double arithmetic, as the transformers library computes it in
 * evaluation. All sequences are padded to one length on the right. Padding is masked from
 * attention, routed like any token, and has no results. Immutable; weights are read from the
 * checkpoint when they are needed, once for all tokens of a batch.
 */
public final class SwitchReference implements Reference {
  /** The tokens that are computed together: enough to read the weights seldom. */
  public static final int TOKENS = 4096;

  private final SwitchTensors tensors;
  private final SwitchConfig config;

  SwitchReference(SwitchTensors tensors) {
    this.tensors = tensors;
    this.config = tensors.config();
  }

  /** Returns every id as a sequence of its own, because samples need not contain it. */
  @Override
  public List<Rows> always() {
    return List.of(
        new TokenRows(
            IntStream.range(0, config.tokens().vocabulary())
                .mapToObj(id -> new int[] {id})
                .toArray(int[][]::new),
            1));
  }

  @Override
  public List<List<String>> experts() {
    return IntStream.range(0, config.stack().blocks())
        .filter(config::sparse)
        .mapToObj(block -> SwitchNames.networks(config, block))
        .toList();
  }

  @Override
  public PlainResult run(Rows rows, Detour detour, Observer observer) {
    TokenRows all =
        PlainMath.checkTokens(rows, config.tokens().vocabulary(), config.tokens().longest());
    SwitchResults results = new SwitchResults(config);
    all.parts(TOKENS).forEach(part -> batch(part, detour, observer, results));
    return results.all();
  }

  private void batch(TokenRows rows, Detour detour, Observer observer, SwitchResults results) {
    double[][] x = observer.seeAll(tensors.embedding(), embed(rows));
    SwitchAttention attention = new SwitchAttention(tensors, rows, observer);
    SwitchFeedForward feedForward = new SwitchFeedForward(tensors, rows, observer);
    for (int block = 0, sparse = 0; block < config.stack().blocks(); block++) {
      PlainVectors.addAll(
          x, attention.apply(block, PlainVectors.rmsNorm(x, config.stack().epsilon())));
      observer.seeAll(SwitchNames.attention(block), x);

      double[][] normal = PlainVectors.rmsNorm(x, config.stack().epsilon());
      if (config.sparse(block)) {
        double[][] logits = feedForward.logits(block, normal);
        int[] experts = feedForward.experts(logits);
        int layer = sparse++;
        PlainVectors.addAll(
            x,
            feedForward.sparse(
                block, normal, logits, experts, (t, chosen) -> detour.expert(layer, t, chosen)));
        results.addExperts(layer, rows, experts);
      } else {
        PlainVectors.addAll(x, feedForward.dense(block, normal));
      }
      observer.seeAll(SwitchNames.feedForward(block), x);
    }
    finish(rows, PlainVectors.rmsNorm(x, config.stack().epsilon()), observer, results);
  }

  /** Looks ids up. Padding has id 0. */
  private double[][] embed(TokenRows rows) {
    Matrix table = tensors.table();
    return Arrays.stream(rows.ids())
        .flatMap(
            row ->
                IntStream.range(0, rows.length())
                    .mapToObj(i -> table.row(i < row.length ? row[i] : 0)))
        .toArray(double[][]::new);
  }

  private void finish(TokenRows rows, double[][] normal, Observer observer, SwitchResults results) {
    double[][] hidden =
        observer.seeAll(ValueNames.EMBEDDINGS, tensors.finalGain().times(0, normal));
    for (int row = 0; row < rows.count(); row++) {
      int first = row * rows.length();
      double[][] own = Arrays.copyOfRange(hidden, first, first + rows.ids()[row].length);
      double[] pooled =
          config.head().pooling() == null ? null : PlainVectors.pool(config.head().pooling(), own);
      results.addEmbedding(own, pooled);
      if (!config.head().labels().isEmpty()) {
        results.addLogits(
            classify(
                PlainVectors.pool(
                    config.head().pooling(), Arrays.copyOfRange(normal, first, first + own.length)),
                observer));
      }
    }
  }

  private double[] classify(double[] pooled, Observer observer) {
    double[] logits =
        PlainVectors.add(
            tensors.classifier().times(0, new double[][] {pooled})[0], tensors.classifierBias());
    observer.see(SwitchNames.CLASSIFIER, logits);
    return logits;
  }
}
