// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.tls.Peer;
import java.time.Duration;

/**
 * The service behind a {@link PartyServer}. Methods run on the server's own threads, several at
 * once, and may block. A thrown {@link ServiceException} or {@link
 * io.secmoe.party.RefusedException} reaches the client by name. Any other exception reaches it as
 * UNAVAILABLE without its message.
 */
public interface PartyService {
  /** Returns the public description of the model, JSON. */
  byte[] describe(Peer peer);

  /**
   * Asks for a ticket, or for the place in the queue.
   *
   * @param wait longest time until the answer; at most {@link Limits#MAX_POLL}
   */
  Admission admit(Peer peer, TicketRequest request, Duration wait);

  /**
   * Has the conversation of a ticket. It returns when the conversation is over, which ends the
   * stream. It is called at the ticket's endpoint. The ticket's bytes come from the peer,
   * unchecked.
   */
  void converse(Peer peer, byte[] ticket, FrameTransport transport);
}
