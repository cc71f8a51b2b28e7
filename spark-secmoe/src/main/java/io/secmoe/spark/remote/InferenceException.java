// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

/**
 * Private inference cannot go on. The message names what (a column, a row by its position, a batch)
 * and why, and says nothing of a row's contents.
 */
public final class InferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whether trying again may help. */
  public enum Kind {
    /**
     * The input, the configuration or the server's model does not fit: trying again does not help.
     */
    UNUSABLE,
    /**
     * The server's model is another one than the query was made for. The driver asks the server
     * anew for the next query.
     */
    MODEL_RENEWED,
    /** The server cannot be reached, or gives no ticket. */
    SERVER_GONE,
    /** A batch was lost more often than the configuration allows. */
    BATCH_LOST
  }

  private final Kind kind;
  private final String outdated;

  public InferenceException(Kind kind, String message) {
    this(kind, message, null);
  }

  public InferenceException(Kind kind, String message, Throwable cause) {
    this(kind, message, cause, null);
  }

  private InferenceException(Kind kind, String message, Throwable cause, String outdated) {
    super(message, cause);
    this.kind = kind;
    this.outdated = outdated;
  }

  /**
   * Without a cause, so that it can be sent to the driver: Flight's exceptions cannot.
   *
   * @param digest of the model that the server does not have any more
   */
  public static InferenceException renewed(String message, String digest) {
    return new InferenceException(Kind.MODEL_RENEWED, message, null, digest);
  }

  /**
   * Digest of the model that the server does not have any more; null unless it is MODEL_RENEWED.
   */
  public String outdated() {
    return outdated;
  }

  public Kind kind() {
    return kind;
  }
}
