package io.secmoe.spark.client;

/**
 * Private inference cannot go on. The message names what (a column, a row by its position, a batch) and why, and says nothing of a row's
 * contents.
 */
public final class InferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whether trying again may help. */
  public enum Kind {
    /** The input, the configuration or the server's model does not fit: trying again does not help. */
    UNUSABLE,
    /** The server cannot be reached, or gives no ticket. */
    SERVER_GONE,
    /** A batch was lost more often than the configuration allows. */
    BATCH_LOST
  }

  private final Kind kind;

  public InferenceException(Kind kind, String message) {
    this(kind, message, null);
  }

  public InferenceException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
