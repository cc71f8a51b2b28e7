// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.directory;

import io.secmoe.model.checkpoint.TensorFiles;
import io.secmoe.model.input.FeatureRows;
import io.secmoe.model.input.Rows;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.CapacityRule;
import io.secmoe.model.plaintext.PlainResult;
import io.secmoe.model.plaintext.Reference;
import java.nio.file.Path;
import java.util.List;

/**
 * The PLAINTEXT reference: the model in double arithmetic on its float weights, for calibration,
 * tests, benchmarks and comparisons. Nothing is private here. Immutable; weights stay in the mapped
 * files.
 */
public final class FloatModel {
  private final Reference reference;
  private final String weightsDigest;

  private FloatModel(Reference reference, String weightsDigest) {
    this.reference = reference;
    this.weightsDigest = weightsDigest;
  }

  /** Loads a model directory; no calibration is needed. */
  public static FloatModel load(Path directory) {
    return load(directory, CapacityRule.LIBRARY);
  }

  /** Loads a model directory with another rule about the tokens beyond an expert's capacity. */
  public static FloatModel load(Path directory, CapacityRule capacity) {
    try (Checkpoint checkpoint = Checkpoint.open(directory, capacity)) {
      return of(checkpoint);
    }
  }

  public static FloatModel of(Checkpoint checkpoint) {
    return new FloatModel(
        checkpoint.architecture().reference(checkpoint.tensors()), checkpoint.tensors().sha256());
  }

  /** Returns the SHA-256 of the weights: {@link TensorFiles#sha256}. */
  public String weightsDigest() {
    return weightsDigest;
  }

  /** Returns the model's results for rows of finite numbers. */
  public PlainResult run(float[][] features) {
    return run(new FeatureRows(features));
  }

  /** Returns the model's results for sequences of ids, each of one or more. */
  public PlainResult run(int[][] ids) {
    return run(TokenRows.padded(ids));
  }

  /** Returns the model's results for rows. */
  public PlainResult run(Rows rows) {
    return run(rows, Reference.Detour.NONE, (name, values) -> {});
  }

  /** Returns {@link Reference#experts}. */
  public List<List<String>> experts() {
    return reference.experts();
  }

  /** Returns {@link Reference#always}. */
  public List<Rows> always() {
    return reference.always();
  }

  public PlainResult run(Rows rows, Reference.Detour detour, Reference.Observer observer) {
    return reference.run(rows, detour, observer);
  }
}
