// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

/** The server's bookkeeping refuses an attempt. Public values only. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The ticket was used before. */
    REPLAYED_TICKET,
    /** No such ticket, or it has expired, or it is somebody else's. */
    UNKNOWN_TICKET
  }

  private final Reason reason;

  RefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
