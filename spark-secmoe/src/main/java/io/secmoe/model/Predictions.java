package io.secmoe.model;

/**
 * What the client learns of a batch: plaintext, its own.
 *
 * @param classes per row the index of the largest logit, ties to the lowest
 * @param logits rows × classes; null where the server's {@link Output} keeps them
 */
public record Predictions(int[] classes, float[][] logits) {
  /** Of a batch without rows. */
  public static Predictions none() {
    return new Predictions(new int[0], new float[0][]);
  }

  /** With the classes that follow from the logits. */
  static Predictions of(float[][] logits) {
    int[] classes = new int[logits.length];
    for (int row = 0; row < classes.length; row++) {
      classes[row] = largest(logits[row]);
    }
    return new Predictions(classes, logits);
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
