// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.tls.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A real Flight server with mutual TLS on the loopback interface, and a client of it; both ends in
 * this JVM.
 */
public final class Loopback implements AutoCloseable {
  /** The two ends of one conversation. */
  public record Pair(FrameTransport client, FrameTransport server) {}

  private final Map<String, CompletableFuture<FrameTransport>> expected = new ConcurrentHashMap<>();
  private final PartyServer server;
  private final PartyClient client;

  /**
   * @param silence how long sending and receiving may wait
   */
  public Loopback(BufferAllocator allocator, Duration silence) {
    TestCertificates certificates = TestCertificates.get();
    Limits limits = new Limits(Duration.ofSeconds(60), silence, Duration.ofSeconds(10));
    try {
      PartyServer.Listen anyPort = new PartyServer.Listen("127.0.0.1", 0, 0, "127.0.0.1");
      server = PartyServer.start(anyPort, certificates.server, new Service(), allocator, limits);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    client = new PartyClient(server.endpoint(), certificates.client, allocator, limits);
  }

  /** Returns a new conversation. */
  public Pair pair() {
    String ticket = UUID.randomUUID().toString();
    CompletableFuture<FrameTransport> serverEnd = new CompletableFuture<>();
    expected.put(ticket, serverEnd);
    FrameTransport clientEnd =
        client.converse(
            new Admission.Granted(
                ticket.getBytes(StandardCharsets.US_ASCII), server.endpoint(), 1));
    try {
      return new Pair(clientEnd, serverEnd.get(30, TimeUnit.SECONDS));
    } catch (Exception e) {
      clientEnd.close();
      throw new AssertionError("the server got no call", e);
    }
  }

  public PartyServer server() {
    return server;
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }

  private final class Service implements PartyService {
    @Override
    public byte[] describe(Peer peer) {
      return new byte[0];
    }

    @Override
    public Admission admit(Peer peer, TicketRequest request, Duration wait) {
      throw new ServiceException(ServiceException.Code.REFUSED, "no tickets here");
    }

    /** Lends the transport to the test until the test closes it. */
    @Override
    public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
      CountDownLatch over = new CountDownLatch(1);
      expected
          .remove(new String(ticket, StandardCharsets.US_ASCII))
          .complete(new Lent(transport, over));
      try {
        over.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private record Lent(FrameTransport transport, CountDownLatch over) implements FrameTransport {
    @Override
    public void send(ArrowBuf frame) {
      transport.send(frame);
    }

    @Override
    public ArrowBuf receive() {
      return transport.receive();
    }

    @Override
    public void abort(String reason) {
      transport.abort(reason);
    }

    @Override
    public void close() {
      transport.close();
      over.countDown();
    }
  }
}
