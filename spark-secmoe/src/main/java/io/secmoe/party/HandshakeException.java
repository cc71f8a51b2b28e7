// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

/**
 * Reports that the two sides do not mean the same conversation. Both sides get one. It holds public
 * values only.
 */
public final class HandshakeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String ours;
  private final String theirs;

  HandshakeException(String field, String ours, String theirs, String message) {
    super(message);
    this.field = field;
    this.ours = ours;
    this.theirs = theirs;
  }

  /**
   * Returns the name of the field that differs, or "message" if the peer's message makes no sense.
   */
  public String field() {
    return field;
  }

  /** Returns this side's value, or the value that it expected if the two differ. */
  public String ours() {
    return ours;
  }

  /** Returns the peer's value. */
  public String theirs() {
    return theirs;
  }
}
