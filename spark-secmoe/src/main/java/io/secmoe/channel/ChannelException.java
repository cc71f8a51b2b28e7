// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

/**
 * A conversation that cannot go on. The message says what is wrong, where, and how to fix it, and
 * holds nothing secret.
 */
public final class ChannelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The kind of failure. */
  public enum Kind {
    /** The peer ended the conversation or its process is gone. */
    PEER_GONE,
    /** Nothing came within the time limit. */
    TIMEOUT,
    /** A frame or message has another size, order or header than the protocol says. */
    MALFORMED,
    /** This side was aborted, for example by a cancelled task. */
    ABORTED
  }

  private final Kind kind;
  private final String reason;

  public ChannelException(Kind kind, String message) {
    super(kind + ": " + message);
    this.kind = kind;
    this.reason = message;
  }

  public ChannelException(Kind kind, String message, Throwable cause) {
    super(kind + ": " + message, cause);
    this.kind = kind;
    this.reason = message;
  }

  /**
   * Returns the same failure for another thread or a later call: with its own stack trace, and the
   * first one as its cause.
   */
  public ChannelException again() {
    return new ChannelException(kind, reason, this);
  }

  /** Returns the message without its kind. */
  public String reason() {
    return reason;
  }

  public Kind kind() {
    return kind;
  }
}
