// SPDX-License-Identifier: Apache-2.0
package io.secmoe.testing;

import io.secmoe.channel.FrameTransport;
import io.secmoe.channel.FramedChannel;
import io.secmoe.flight.Admission;
import io.secmoe.flight.Limits;
import io.secmoe.flight.PartyClient;
import io.secmoe.flight.PartyServer;
import io.secmoe.flight.PartyService;
import io.secmoe.flight.TicketRequest;
import io.secmoe.flight.tls.DemoCertificates;
import io.secmoe.flight.tls.Peer;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.flight.tls.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A real Flight server and client in this JVM, with a conversation whose server end is handed to
 * the test.
 */
final class FlightLink implements PartyService {
  private static TlsFiles[] files;

  private final CompletableFuture<FrameTransport> arrived = new CompletableFuture<>();
  private final CountDownLatch over = new CountDownLatch(1);

  private FlightLink() {}

  static Link.Pair open(BufferAllocator allocator) {
    TlsFiles[] tls = certificates();
    FlightLink service = new FlightLink();
    PartyServer server = start(tls[0], service, allocator);
    PartyClient client =
        new PartyClient(server.endpoint(), TlsIdentity.load(tls[1]), allocator, Limits.DEFAULT);
    FrameTransport clientEnd =
        client.converse(new Admission.Granted(new byte[] {1}, server.endpoint(), 1));
    return new Link.Pair(
        new FramedChannel(clientEnd, allocator),
        new FramedChannel(service.arrived.join(), allocator),
        () -> {
          service.over.countDown();
          client.close();
          server.close();
        });
  }

  private static PartyServer start(TlsFiles tls, PartyService service, BufferAllocator allocator) {
    try {
      return PartyServer.start(
          new PartyServer.Listen("127.0.0.1", 0, 0, "127.0.0.1"),
          TlsIdentity.load(tls),
          service,
          allocator,
          Limits.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized TlsFiles[] certificates() {
    if (files == null) {
      try {
        Path folder = Files.createTempDirectory("secmoe-test");
        folder.toFile().deleteOnExit();
        DemoCertificates authority = DemoCertificates.authority(folder, "CN=Test Authority");
        files =
            new TlsFiles[] {
              authority.issue("server", "CN=Test Server"),
              authority.issue("client", "CN=Test Client")
            };
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  @Override
  public byte[] describe(Peer peer) {
    return new byte[0];
  }

  @Override
  public Admission admit(Peer peer, TicketRequest request, Duration wait) {
    throw new UnsupportedOperationException("this test has one conversation");
  }

  @Override
  public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
    arrived.complete(transport);
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
