// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

/**
 * The two sides do not mean the same conversation. Both sides get one; it holds public values only.
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

  /** Name of the field that differs, or "message" when the peer's message makes no sense. */
  public String field() {
    return field;
  }

  /** What this side has; what it wanted where the two are not the same thing. */
  public String ours() {
    return ours;
  }

  /** What the peer says. */
  public String theirs() {
    return theirs;
  }
}
