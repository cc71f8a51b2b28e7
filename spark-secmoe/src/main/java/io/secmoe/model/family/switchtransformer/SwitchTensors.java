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
 * The tensors of a Switch Transformers encoder by what they are for. The norms' gains are in the
 * columns of the matrices that follow them; a layer's experts are one {@link Matrix} of as many
 * groups.
 */
record SwitchTensors(SwitchConfig config, TensorFiles files) {
  /** The name of the layer that ids enter. */
  String embedding() {
    return files.names().contains(SwitchNames.SHARED + SwitchNames.WEIGHT)
        ? SwitchNames.SHARED
        : SwitchNames.EMBED;
  }

  /** vocabulary × width. */
  Matrix table() {
    return Matrix.of(weight(embedding()));
  }

  /** Both names of the table stand for one tensor in the library: two that differ make no model. */
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

  /** heads · headWidth × width. */
  Matrix query(int block) {
    return projection(block, "q").times(gain(SwitchNames.attention(block)));
  }

  /** heads · headWidth × width. */
  Matrix key(int block) {
    return projection(block, "k").times(gain(SwitchNames.attention(block)));
  }

  /** heads · headWidth × width. */
  Matrix value(int block) {
    return projection(block, "v").times(gain(SwitchNames.attention(block)));
  }

  /** width × heads · headWidth. */
  Matrix output(int block) {
    return projection(block, "o");
  }

  /** What scores get for the distance of key and query; all blocks share it. */
  PositionBias positions() {
    return PositionBias.relative(true, config.attention().farthest(), positionsByHead());
  }

  /** The largest magnitude of them, per head. */
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

  /** experts × width. */
  Matrix router(int block) {
    return Matrix.of(weight(SwitchNames.router(block))).times(gain(SwitchNames.feedForward(block)));
  }

  /** Null where there is none. */
  double[] routerBias(int block) {
    return config.experts().routerBias()
        ? files.tensor(SwitchNames.router(block) + SwitchNames.BIAS).toDoubles()
        : null;
  }

  /** Per expert, or once where the block is dense: hidden × width, or [W1; V] where it is gated. */
  Matrix up(int block) {
    return stacked(block, config.network().gated() ? "wi_*" : "wi", SwitchNames.ups(config, block))
        .times(gain(SwitchNames.feedForward(block)));
  }

  /** Per expert, or once where the block is dense: width × hidden. */
  Matrix down(int block) {
    return stacked(block, "wo", SwitchNames.downs(config, block));
  }

  /** labels × width. */
  Matrix classifier() {
    return Matrix.of(weight(SwitchNames.CLASSIFIER)).times(weight(SwitchNames.FINAL_NORM));
  }

  double[] classifierBias() {
    return files.tensor(SwitchNames.CLASSIFIER + SwitchNames.BIAS).toDoubles();
  }

  /** The last norm's gain, where nothing follows that could take it in. */
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
