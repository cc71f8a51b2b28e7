// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.party.RefusedException;

/**
 * A server's refusal, by name. One side throws it and the other side catches it. The message holds
 * nothing secret.
 */
public final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The reason of a refusal. */
  public enum Code {
    /** The client may not do this, or not with this model or profile. */
    REFUSED,
    /** The server has another model than the client asks for; it describes it on request. */
    OTHER_MODEL,
    /** The ticket was used before. */
    REPLAYED_TICKET,
    /**
     * There is no such ticket, it has expired, it belongs to somebody else, or its attempt has
     * ended, for instance because the batch was asked for again.
     */
    UNKNOWN_TICKET,
    /** The server takes no new attempts. */
    SHUTTING_DOWN,
    /** The request cannot be read. */
    BAD_REQUEST,
    /**
     * The server has too much to do for this client now: its queue is full, or the client has too
     * many calls open. The client may ask again later.
     */
    BUSY,
    /** The server failed; trying again may help. */
    UNAVAILABLE,
    /**
     * Nobody answers at the server's address, or the connection broke. The client reports this, not
     * the server.
     */
    UNREACHABLE
  }

  private final Code code;

  public ServiceException(Code code, String message) {
    this(code, message, null);
  }

  public ServiceException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Returns the refusal as it goes over the wire. */
  public static ServiceException of(RefusedException e) {
    Code code =
        switch (e.reason()) {
          case REPLAYED_TICKET -> Code.REPLAYED_TICKET;
          case UNKNOWN_TICKET -> Code.UNKNOWN_TICKET;
        };
    return new ServiceException(code, e.getMessage(), e);
  }

  public Code code() {
    return code;
  }

  /** Adds the code, which logs need and messages do not. */
  @Override
  @SuppressWarnings("OverrideThrowableToString")
  public String toString() {
    return getClass().getName() + ": " + code + ": " + getMessage();
  }
}
