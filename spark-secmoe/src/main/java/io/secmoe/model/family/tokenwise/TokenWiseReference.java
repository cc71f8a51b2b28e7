// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.tokenwise;

import io.secmoe.model.checkpoint.Matrix;
import io.secmoe.model.checkpoint.TensorFiles;
import io.secmoe.model.input.Rows;
import io.secmoe.model.layers.ValueNames;
import io.secmoe.model.plaintext.PlainMath;
import io.secmoe.model.plaintext.PlainResult;
import io.secmoe.model.plaintext.PlainVectors;
import io.secmoe.model.plaintext.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The token-wise Mixture of Experts in double arithmetic.
 *
 * <p>x = W_e·features + b_e; per block x = x + p·W2_e·act(W1_e·x) with e the largest router logit
 * (ties to the lowest) and p = softmax(logits)_e; logits = W_h·x + b_h.
 */
final class TokenWiseReference implements Reference {
  private final TokenWiseConfig config;
  private final TensorFiles tensors;

  TokenWiseReference(TokenWiseConfig config, TensorFiles tensors) {
    this.config = config;
    this.tensors = tensors;
  }

  @Override
  public List<List<String>> experts() {
    return IntStream.range(0, config.blocks())
        .mapToObj(
            block ->
                IntStream.range(0, config.experts())
                    .mapToObj(expert -> TokenWise.block(block) + ".experts, expert " + expert)
                    .toList())
        .toList();
  }

  @Override
  public PlainResult run(Rows rows, Detour detour, Observer observer) {
    float[][] features = PlainMath.checkRows(rows, config.inputFeatures());
    double[][] x =
        Arrays.stream(features).map(TokenWiseReference::doubles).toArray(double[][]::new);
    observer.seeAll(ValueNames.FEATURES, x);
    x = linear(TokenWise.EMBED, x, observer);
    int[][] experts = new int[config.blocks()][];
    for (int block = 0; block < experts.length; block++) {
      experts[block] = block(block, x, detour, observer);
      observer.seeAll(TokenWise.block(block), x);
    }
    return new PlainResult(linear(TokenWise.HEAD, x, observer), experts, null);
  }

  private double[][] linear(String layer, double[][] x, Observer observer) {
    double[][] y = Matrix.of(tensors.tensor(layer + TokenWise.WEIGHT)).times(0, x);
    double[] bias = tensors.tensor(layer + TokenWise.BIAS).toDoubles();
    Arrays.stream(y).forEach(row -> PlainVectors.add(row, bias));
    return observer.seeAll(layer, y);
  }

  /** Adds the block's output to x and returns the experts that the router chooses. */
  private int[] block(int block, double[][] x, Detour detour, Observer observer) {
    String name = TokenWise.block(block);
    double[][] logits =
        observer.seeAll(
            name + ValueNames.LOGITS,
            Matrix.of(tensors.tensor(name + TokenWise.ROUTER)).times(0, x));
    int[] experts = Arrays.stream(logits).mapToInt(PlainMath::argmax).toArray();
    Matrix up = Matrix.grouped(tensors.tensor(name + TokenWise.UP));
    Matrix down = Matrix.grouped(tensors.tensor(name + TokenWise.DOWN));
    for (int expert = 0; expert < config.experts(); expert++) {
      int chosen = expert;
      int[] rows =
          IntStream.range(0, x.length)
              .filter(row -> detour.expert(block, row, experts[row]) == chosen)
              .toArray();
      double[][] in = IntStream.of(rows).mapToObj(row -> x[row]).toArray(double[][]::new);
      double[][] hidden = observer.seeAll(name + ValueNames.HIDDEN, up.times(expert, in));
      double[][] active =
          Arrays.stream(hidden)
              .map(
                  row ->
                      Arrays.stream(row)
                          .map(h -> PlainMath.activate(config.activation(), h))
                          .toArray())
              .toArray(double[][]::new);
      double[][] output = observer.seeAll(name + ValueNames.OUTPUT, down.times(expert, active));
      for (int i = 0; i < rows.length; i++) {
        double gate = PlainMath.softmax(logits[rows[i]], experts[rows[i]]);
        double[] row = x[rows[i]];
        for (int feature = 0; feature < row.length; feature++) {
          row[feature] += gate * output[i][feature];
        }
      }
    }
    return experts;
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }
}
