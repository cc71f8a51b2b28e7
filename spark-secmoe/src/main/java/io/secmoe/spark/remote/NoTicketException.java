// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

/**
 * Reports that an attempt ended before the server's driver granted a ticket. The cause says how.
 */
public final class NoTicketException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NoTicketException(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }
}
