// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight.tls;

/**
 * Reports a fault of a certificate or of a key store, or the other side's refusal of a certificate.
 * Trying again does not help.
 */
public final class IdentityException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The kind of fault. */
  public enum Kind {
    /** A file is not there or cannot be read. */
    MISSING_FILE,
    /** A password does not open its store. */
    WRONG_PASSWORD,
    /** A store is damaged or of another format. */
    UNREADABLE,
    /** A key store has no private key, or several. */
    NO_PRIVATE_KEY,
    /** A trust store has no certificate. */
    NO_AUTHORITY,
    /** This side's certificate has expired or is not yet valid. */
    EXPIRED,
    /** This side's certificate was not issued for its side of a connection. */
    WRONG_USAGE,
    /**
     * The peer's certificate comes from no trusted authority, has expired, or is for another host.
     */
    UNTRUSTED_PEER,
    /** The peer's certificate is not the one that was expected. */
    WRONG_FINGERPRINT,
    /** The peer does not accept this side's certificate. */
    REFUSED_BY_PEER
  }

  private final Kind kind;

  public IdentityException(Kind kind, String message) {
    this(kind, message, null);
  }

  public IdentityException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
