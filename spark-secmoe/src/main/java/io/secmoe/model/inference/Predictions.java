// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import io.secmoe.model.layers.Output;

/**
 * The client's results of a batch: its own plaintext. Results that the server's {@link Output} does
 * not reveal are null.
 *
 * @param classes for each row the index of the largest logit, ties to the lowest
 * @param logits rows × classes
 * @param embeddings rows × features, or rows × (their own tokens · features), token by token, if
 *     the model does not pool
 * @param outOfRange true for each row of which a value left its calibrated range; its other results
 *     mean nothing then
 */
public record Predictions(
    int[] classes, float[][] logits, float[][] embeddings, boolean[] outOfRange) {
  /** Returns the results of a batch without rows. */
  public static Predictions none() {
    return new Predictions(new int[0], new float[0][], new float[0][], new boolean[0]);
  }

  /** Makes results with a label per row. */
  static Predictions ofLabels(int[] classes) {
    return new Predictions(classes, null, null, new boolean[classes.length]);
  }

  /** Makes results with logits and the classes that follow from them. */
  static Predictions ofLogits(float[][] logits) {
    int[] classes = new int[logits.length];
    for (int row = 0; row < classes.length; row++) {
      classes[row] = largest(logits[row]);
    }
    return new Predictions(classes, logits, null, new boolean[classes.length]);
  }

  static Predictions ofEmbeddings(float[][] embeddings) {
    return new Predictions(null, null, embeddings, new boolean[embeddings.length]);
  }

  /** Returns these results, with these rows marked. */
  Predictions marking(boolean[] rows) {
    return new Predictions(classes, logits, embeddings, rows);
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }
}
