// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.Admission;
import io.secmoe.flight.PartyService;
import io.secmoe.flight.ServiceException;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.TicketRequest;
import io.secmoe.flight.tls.Peer;
import io.secmoe.party.Tickets;
import java.time.Duration;

/**
 * An executor's endpoint: it lets a client in if the client has the ticket that an attempt's task
 * in this JVM has drawn. Thread-safe.
 */
final class Conversations implements PartyService {
  private static final String ELSEWHERE =
      "this is an executor; descriptions and tickets come from the server's driver";

  private final Tickets<Rendezvous> tickets;

  Conversations(Tickets<Rendezvous> tickets) {
    this.tickets = tickets;
  }

  @Override
  public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
    Rendezvous meeting = tickets.claim(peer.fingerprint(), ticket);
    try {
      if (!meeting.bring(transport)) {
        throw new ServiceException(
            Code.UNKNOWN_TICKET, "the attempt of this ticket has ended; ask for a new one");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(
          Code.UNAVAILABLE, "the executor is shutting down; ask for a new ticket");
    }
  }

  @Override
  public byte[] describe(Peer peer) {
    throw new ServiceException(Code.BAD_REQUEST, ELSEWHERE);
  }

  @Override
  public Admission admit(Peer peer, TicketRequest request, Duration wait) {
    throw new ServiceException(Code.BAD_REQUEST, ELSEWHERE);
  }
}
