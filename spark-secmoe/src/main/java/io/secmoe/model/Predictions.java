package io.secmoe.model;

/**
 * What the client learns of a batch: plaintext, its own. What the server's {@link Output} keeps is null.
 *
 * @param classes per row the index of the largest logit, ties to the lowest
 * @param logits rows × classes
 * @param embeddings rows × features, or rows × (their own tokens · features), token by token, where the model does not pool
 */
public record Predictions(int[] classes, float[][] logits, float[][] embeddings) {
  /** Of a batch without rows. */
  public static Predictions none() {
    return new Predictions(new int[0], new float[0][], new float[0][]);
  }

  /** A label per row. */
  static Predictions ofLabels(int[] classes) {
    return new Predictions(classes, null, null);
  }

  /** With the classes that follow from the logits. */
  static Predictions ofLogits(float[][] logits) {
    int[] classes = new int[logits.length];
    for (int row = 0; row < classes.length; row++) {
      classes[row] = largest(logits[row]);
    }
    return new Predictions(classes, logits, null);
  }

  static Predictions ofEmbeddings(float[][] embeddings) {
    return new Predictions(null, null, embeddings);
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
