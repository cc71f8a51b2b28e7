// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

/**
 * The one exception of the native code. Messages name sizes, ids and public parameters, never
 * values of shares or keys.
 */
public final class NativeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The kind of an error, for callers that react. The ordinal is the code that Rust sends. */
  public enum Code {
    /** A size, range or combination of arguments is wrong: a bug in the caller. */
    BAD_ARGUMENT,
    /** The id is stale, foreign, or was already consumed. */
    CLOSED_HANDLE,
    /** SEAL or our own checks refuse the encryption parameters. */
    BAD_PARAMETERS,
    /** Bytes from the peer, or of a file, have the wrong length or hold what they must not. */
    MALFORMED_MESSAGE,
    /** The stock of correlated OTs is smaller than what was asked for. */
    EXHAUSTED,
    /** The pool was cancelled. */
    CANCELLED,
    /** Anything else, panics included: a bug in the native code. */
    INTERNAL
  }

  private final Code code;

  NativeException(int code, String message) {
    super(Code.values()[code] + ": " + message);
    this.code = Code.values()[code];
  }

  public Code code() {
    return code;
  }
}
