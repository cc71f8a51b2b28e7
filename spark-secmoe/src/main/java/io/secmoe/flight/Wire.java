// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.tls.Endpoint;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;

/**
 * The form of a request for a ticket and of its answer in Flight's messages. The request is
 * GetFlightInfo with a command: the longest wait in milliseconds (4 bytes, big-endian) and a {@link
 * TicketRequest}. A grant is one endpoint, with its ticket, its location, and as application
 * metadata the epoch (8 bytes) and the certificate's fingerprint (32 bytes). A place in the queue
 * has no endpoint; its application metadata are the place and the milliseconds until the client
 * should ask again (4 bytes each). Answers have no schema.
 */
public final class Wire {
  private static final int MAX_TICKET = 64;

  private Wire() {}

  /** A client's request, and the time it would wait for the answer. */
  record Ask(TicketRequest request, Duration patience) {}

  static FlightDescriptor ask(TicketRequest request, Duration wait) {
    byte[] body = request.encode();
    return FlightDescriptor.command(
        ByteBuffer.allocate(4 + body.length).putInt((int) wait.toMillis()).put(body).array());
  }

  /**
   * @throws ServiceException BAD_REQUEST
   */
  static Ask ask(FlightDescriptor descriptor) {
    byte[] command = descriptor.isCommand() ? descriptor.getCommand() : new byte[0];
    if (command.length < 4) {
      throw new ServiceException(Code.BAD_REQUEST, "this request for a ticket is empty");
    }
    ByteBuffer in = ByteBuffer.wrap(command);
    int wait = in.getInt();
    if (wait < 0) {
      throw new ServiceException(
          Code.BAD_REQUEST, "this request for a ticket wants to wait " + wait + " ms");
    }
    Duration asked = Duration.ofMillis(wait);
    return new Ask(
        TicketRequest.decode(in), asked.compareTo(Limits.MAX_POLL) > 0 ? Limits.MAX_POLL : asked);
  }

  static FlightInfo answer(FlightDescriptor descriptor, Admission admission) {
    if (admission instanceof Admission.Granted granted) {
      String fingerprint =
          granted
              .endpoint()
              .pin()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "a granted endpoint must name its certificate's fingerprint"));
      byte[] metadata =
          ByteBuffer.allocate(40)
              .putLong(granted.epoch())
              .put(java.util.HexFormat.of().parseHex(fingerprint))
              .array();
      Location where = Location.forGrpcTls(granted.endpoint().host(), granted.endpoint().port());
      FlightEndpoint endpoint =
          FlightEndpoint.builder(new Ticket(granted.ticket()), where)
              .setAppMetadata(metadata)
              .build();
      return info(descriptor, List.of(endpoint), new byte[0]);
    }
    Admission.Queued queued = (Admission.Queued) admission;
    return info(
        descriptor,
        List.of(),
        ByteBuffer.allocate(8)
            .putInt(queued.position())
            .putInt((int) queued.after().toMillis())
            .array());
  }

  private static FlightInfo info(
      FlightDescriptor descriptor, List<FlightEndpoint> endpoints, byte[] metadata) {
    return FlightInfo.builder(null, descriptor, endpoints).setAppMetadata(metadata).build();
  }

  /**
   * @throws ServiceException BAD_REQUEST if the server's answer makes no sense
   */
  static Admission answer(FlightInfo info) {
    try {
      if (info.getEndpoints().isEmpty()) {
        return queued(exactly(8, info.getAppMetadata()));
      }
      FlightEndpoint endpoint = info.getEndpoints().get(0);
      ByteBuffer metadata = exactly(40, endpoint.getAppMetadata());
      long epoch = metadata.getLong();
      byte[] fingerprint = new byte[32];
      metadata.get(fingerprint);
      byte[] ticket = endpoint.getTicket().getBytes();
      if (ticket.length < 1 || ticket.length > MAX_TICKET) {
        throw new IllegalArgumentException("a ticket of " + ticket.length + " bytes");
      }
      URI where = endpoint.getLocations().get(0).getUri();
      String host = where.getHost() == null ? "" : where.getHost().replaceAll("^\\[(.*)]$", "$1");
      return new Admission.Granted(
          ticket,
          new Endpoint(host, where.getPort(), java.util.HexFormat.of().formatHex(fingerprint)),
          epoch);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException e) {
      throw unreadable(e);
    }
  }

  private static Admission.Queued queued(ByteBuffer metadata) {
    int position = metadata.getInt();
    Duration after = Duration.ofMillis(metadata.getInt());
    if (position < 1 || after.isNegative() || after.compareTo(Limits.MAX_POLL) > 0) {
      throw new IllegalArgumentException(
          "place " + position + " in the queue, ask again after " + after);
    }
    return new Admission.Queued(position, after);
  }

  static ServiceException unreadable(RuntimeException e) {
    return new ServiceException(
        Code.BAD_REQUEST,
        "the server's answer to a request for a ticket cannot be read; install the same release on"
            + " both sides",
        e);
  }

  private static ByteBuffer exactly(int bytes, byte[] metadata) {
    if (metadata == null || metadata.length != bytes) {
      throw new IllegalArgumentException("expected " + bytes + " bytes of metadata");
    }
    return ByteBuffer.wrap(metadata);
  }
}
