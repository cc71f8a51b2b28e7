package io.secmoe.spark.client;

/** An attempt ended before the server's driver granted a ticket; the cause says how. */
final class NoTicketException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoTicketException(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }
}
