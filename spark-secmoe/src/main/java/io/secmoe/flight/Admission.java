package io.secmoe.flight;

/** The answer to a request for a ticket. */
public sealed interface Admission {
  /**
   * Not yet: ask again.
   *
   * @param position in the queue, 1 is next
   */
  record Queued(int position) implements Admission {}

  /**
   * Go ahead.
   *
   * @param ticket good for one conversation; 1 to 64 bytes
   * @param endpoint where to have it, with the fingerprint that answers there
   * @param epoch of the attempt
   */
  record Granted(byte[] ticket, Endpoint endpoint, long epoch) implements Admission {}
}
