// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.tls.Peer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A service that a test fills in; what is left refuses. */
class StubService implements PartyService {
  @Override
  public byte[] describe(Peer peer) {
    return (peer.subject() + " " + peer.fingerprint()).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Admission admit(Peer peer, TicketRequest request, Duration wait) {
    throw new ServiceException(ServiceException.Code.REFUSED, "not in this test");
  }

  @Override
  public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
    throw new ServiceException(ServiceException.Code.REFUSED, "not in this test");
  }
}
