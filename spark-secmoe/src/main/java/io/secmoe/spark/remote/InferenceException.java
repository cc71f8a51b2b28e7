// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

/**
 * An inference that cannot go on. The message names the object (a column, a row by its position, a
 * batch) and the reason. It says nothing about a row's contents.
 */
public final class InferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Tells whether trying again may help. */
  public enum Kind {
    /**
     * The input, the configuration or the server's model does not fit. Trying again does not help.
     */
    UNUSABLE,
    /**
     * The server has another model than the one the query was made for. The driver asks the server
     * again for the next query.
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
   * Makes an exception without a cause, so that it can be sent to the driver: Flight's exceptions
   * cannot.
   *
   * @param digest the digest of the model that the server does not have any more
   */
  public static InferenceException renewed(String message, String digest) {
    return new InferenceException(Kind.MODEL_RENEWED, message, null, digest);
  }

  /**
   * Returns the digest of the model that the server does not have any more; null unless the kind is
   * MODEL_RENEWED.
   */
  public String outdated() {
    return outdated;
  }

  public Kind kind() {
    return kind;
  }
}
