package io.secmoe.model;

/**
 * What a plaintext reference computes.
 *
 * @param logits rows × classes
 * @param experts Mixture-of-Experts layers × rows: the expert that each row used
 */
public record PlainResult(double[][] logits, int[][] experts) {
  /** Per row the class of the largest logit, ties to the lowest. */
  public int[] predictions() {
    int[] predictions = new int[logits.length];
    for (int row = 0; row < predictions.length; row++) {
      predictions[row] = PlainMath.argmax(logits[row]);
    }
    return predictions;
  }
}
