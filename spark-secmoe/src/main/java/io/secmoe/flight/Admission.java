// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.flight.tls.Endpoint;
import java.time.Duration;

/** The answer to a request for a ticket. */
public sealed interface Admission {
  /**
   * The client must ask again.
   *
   * @param position position in the queue, 1 is next
   * @param after how long the client should wait before it asks again; {@link Limits#MAX_POLL} at
   *     most
   */
  record Queued(int position, Duration after) implements Admission {
    /** Makes an answer after which the client may ask again at once. */
    public Queued(int position) {
      this(position, Duration.ZERO);
    }
  }

  /**
   * The client has a ticket.
   *
   * @param ticket good for one conversation; 1 to 64 bytes
   * @param endpoint where to have it, with the fingerprint that answers there
   * @param epoch the epoch of the attempt
   */
  record Granted(byte[] ticket, Endpoint endpoint, long epoch) implements Admission {}
}
