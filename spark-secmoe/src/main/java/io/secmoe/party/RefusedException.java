// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

/** Reports that the server's bookkeeping refuses an attempt. Public values only. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The reason of a refusal. */
  public enum Reason {
    /** The ticket was used before. */
    REPLAYED_TICKET,
    /** There is no such ticket, it has expired, or it belongs to somebody else. */
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
