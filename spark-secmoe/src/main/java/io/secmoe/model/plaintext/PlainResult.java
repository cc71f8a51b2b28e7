// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.plaintext;

/**
 * The results of a plaintext reference.
 *
 * @param logits rows × classes; null if the model has no classes
 * @param experts Mixture-of-Experts layers × columns: the expert that each row, or each token of
 *     the rows one after the other, used; −1 for a token that its expert had no room for
 * @param embeddings rows × features, or rows × (their own tokens · features), token by token, if
 *     the model does not pool; null for a model of features
 */
public record PlainResult(double[][] logits, int[][] experts, double[][] embeddings) {
  /** Returns for each row the class of the largest logit, ties to the lowest. */
  public int[] predictions() {
    int[] predictions = new int[logits.length];
    for (int row = 0; row < predictions.length; row++) {
      predictions[row] = PlainMath.argmax(logits[row]);
    }
    return predictions;
  }
}
