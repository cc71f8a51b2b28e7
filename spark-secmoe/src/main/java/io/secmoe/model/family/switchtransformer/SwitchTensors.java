// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.layer.PositionBias;
import io.secmoe.model.checkpoint.Matrix;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.Tensor;
import io.secmoe.model.checkpoint.TensorFiles;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The tensors of a Switch Transformers encoder by their purpose. The norms' gains are in the
 * columns of the matrices that follow them. A layer's experts are one {@link Matrix} of as many
 * groups.
 */
record SwitchTensors(SwitchConfig config, TensorFiles files) {
  /** Returns the name of the layer that ids enter. */
  String embedding() {
    return files.names().contains(SwitchNames.SHARED + SwitchNames.WEIGHT)
        ? SwitchNames.SHARED
        : SwitchNames.EMBED;
  }

  /** Returns the table, vocabulary × width. */
  Matrix table() {
    return Matrix.of(weight(embedding()));
  }

  /**
   * Checks that both names of the table stand for one tensor, as in the library. Two tensors that
   * differ make no model.
   */
  void requireOneTable() {
    if (!files
        .names()
        .containsAll(
            Set.of(
                SwitchNames.SHARED + SwitchNames.WEIGHT, SwitchNames.EMBED + SwitchNames.WEIGHT))) {
      return;
    }
    Tensor shared = weight(SwitchNames.SHARED);
    Tensor own = weight(SwitchNames.EMBED);
    for (long i = 0; i < shared.size(); i++) {
      if (shared.at(i) != own.at(i)) {
        throw new ModelException(
            "it differs from " + shared.name() + ", with which it is one in the library",
            own.where(),
            "save the model again with the library, or take one of the two out");
      }
    }
  }

  /** Returns heads · headWidth × width. */
  Matrix query(int block) {
    return projection(block, "q").times(gain(SwitchNames.attention(block)));
  }

  /** Returns heads · headWidth × width. */
  Matrix key(int block) {
    return projection(block, "k").times(gain(SwitchNames.attention(block)));
  }

  /** Returns heads · headWidth × width. */
  Matrix value(int block) {
    return projection(block, "v").times(gain(SwitchNames.attention(block)));
  }

  /** Returns width × heads · headWidth. */
  Matrix output(int block) {
    return projection(block, "o");
  }

  /** Returns the bias of scores for the distance of key and query, which all blocks share. */
  PositionBias positions() {
    return PositionBias.relative(true, config.attention().farthest(), positionsByHead());
  }

  /** Returns the largest magnitude of the biases, per head. */
  double[] largestPositions() {
    return Arrays.stream(positionsByHead())
        .mapToDouble(head -> Arrays.stream(head).map(Math::abs).max().orElse(0))
        .toArray();
  }

  private double[][] positionsByHead() {
    double[] table = files.tensor(SwitchNames.positions()).toDoubles();
    double[][] byHead =
        new double[config.attention().heads().count()][config.attention().buckets()];
    for (int i = 0; i < table.length; i++) {
      byHead[i % config.attention().heads().count()][i / config.attention().heads().count()] =
          table[i];
    }
    return byHead;
  }

  /** Returns experts × width. */
  Matrix router(int block) {
    return Matrix.of(weight(SwitchNames.router(block))).times(gain(SwitchNames.feedForward(block)));
  }

  /** Returns the router's bias; null if there is none. */
  double[] routerBias(int block) {
    return config.experts().routerBias()
        ? files.tensor(SwitchNames.router(block) + SwitchNames.BIAS).toDoubles()
        : null;
  }

  /** Returns hidden × width for each expert, or once for a dense block; [W1; V] if it is gated. */
  Matrix up(int block) {
    return stacked(block, config.network().gated() ? "wi_*" : "wi", SwitchNames.ups(config, block))
        .times(gain(SwitchNames.feedForward(block)));
  }

  /** Returns width × hidden for each expert, or once for a dense block. */
  Matrix down(int block) {
    return stacked(block, "wo", SwitchNames.downs(config, block));
  }

  /** Returns labels × width. */
  Matrix classifier() {
    return Matrix.of(weight(SwitchNames.CLASSIFIER)).times(weight(SwitchNames.FINAL_NORM));
  }

  double[] classifierBias() {
    return files.tensor(SwitchNames.CLASSIFIER + SwitchNames.BIAS).toDoubles();
  }

  /** Returns the last norm's gain, if no matrix follows that could take it in. */
  Matrix finalGain() {
    return Matrix.diagonal(weight(SwitchNames.FINAL_NORM));
  }

  private Matrix projection(int block, String which) {
    return Matrix.of(files.tensor(SwitchNames.projection(block, which)));
  }

  private Matrix stacked(int block, String which, List<String> names) {
    int groups = config.sparse(block) ? config.experts().count() : 1;
    String name =
        SwitchNames.feedForward(block)
            + ".mlp."
            + (config.sparse(block) ? "experts.*." : "")
            + which
            + SwitchNames.WEIGHT;
    return Matrix.stacked(name, groups, names.stream().map(files::tensor).toList());
  }

  private Tensor weight(String of) {
    return files.tensor(of + SwitchNames.WEIGHT);
  }

  private Tensor gain(String layer) {
    return files.tensor(SwitchNames.gainName(layer));
  }
}
