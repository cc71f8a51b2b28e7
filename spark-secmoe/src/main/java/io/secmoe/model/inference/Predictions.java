// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import io.secmoe.model.layers.Output;

/**
 * What the client learns of a batch: plaintext, its own. What the server's {@link Output} keeps is
 * null.
 *
 * @param classes per row the index of the largest logit, ties to the lowest
 * @param logits rows × classes
 * @param embeddings rows × features, or rows × (their own tokens · features), token by token, where
 *     the model does not pool
 * @param outOfRange per row whether one of its values left its calibrated range: what is said of it
 *     otherwise means nothing then
 */
public record Predictions(
    int[] classes, float[][] logits, float[][] embeddings, boolean[] outOfRange) {
  /** Of a batch without rows. */
  public static Predictions none() {
    return new Predictions(new int[0], new float[0][], new float[0][], new boolean[0]);
  }

  /** A label per row. */
  static Predictions ofLabels(int[] classes) {
    return new Predictions(classes, null, null, new boolean[classes.length]);
  }

  /** With the classes that follow from the logits. */
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

  /** The same, with these rows marked. */
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
