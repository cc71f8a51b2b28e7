// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

/** An attempt ended before the server's driver granted a ticket; the cause says how. */
public final class NoTicketException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NoTicketException(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }
}
