package io.secmoe.model;

/** PLAINTEXT reference of an architecture: the model in double arithmetic on its float weights. */
interface Reference {
  /** Sees every intermediate value: its name in {@link Calibration} and its elements. */
  @FunctionalInterface
  interface Observer {
    void see(String name, double[] values);

    /** Values of several columns. */
    default double[][] seeAll(String name, double[][] columns) {
      for (double[] column : columns) {
        see(name, column);
      }
      return columns;
    }
  }

  /** Shows values that depend on no row, for ranges that no row shall leave. */
  default void showConstants(Observer observer) {}

  /** The model's results; rows of another kind or shape than the model's are a {@link ModelException}. */
  PlainResult run(Rows rows, Observer observer);
}
