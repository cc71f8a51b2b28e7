// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.channel.FrameTransport;
import io.secmoe.channel.FramedChannel;
import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.tls.Peer;
import io.secmoe.party.Attempt;
import io.secmoe.party.EpochLedger;
import io.secmoe.party.Tickets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tickets, refusals and conversations, as a client meets them. */
@Timeout(60)
class PartyServerTest {
  private static final TicketRequest REQUEST = TicketRequestTest.SAMPLE;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static FramedChannel channel(Served served, FrameTransport transport) {
    return new FramedChannel(transport, served.root);
  }

  /**
   * A small server with everything real but the model: a queue of two questions, tickets, epochs,
   * and an echo.
   */
  private static final class Echo extends StubService {
    final Tickets<Attempt> tickets = new Tickets<>(Duration.ofMinutes(1));
    final EpochLedger ledger = new EpochLedger();
    final AtomicInteger asked = new AtomicInteger();
    final List<String> subjects = new CopyOnWriteArrayList<>();
    Served served;

    @Override
    public Admission admit(Peer peer, TicketRequest request, Duration wait) {
      assertEquals(REQUEST, request);
      if (asked.incrementAndGet() % 3 != 0) {
        return new Admission.Queued(3 - asked.get() % 3);
      }
      Attempt attempt = ledger.grant(request.id(), request.rows(), request.length());
      return new Admission.Granted(
          tickets.issue(peer.fingerprint(), attempt), served.server.endpoint(), attempt.epoch());
    }

    @Override
    public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
      subjects.add(peer.subject());
      tickets.claim(peer.fingerprint(), ticket);
      FramedChannel channel = channel(served, transport);
      Messages.expect(channel, 100, 1);
      Messages.send(channel, 100, 2);
    }
  }

  private static void talk(Served served, FrameTransport transport) {
    try (FramedChannel channel = channel(served, transport)) {
      Messages.send(channel, 100, 1);
      Messages.expect(channel, 100, 2);
    }
  }

  private static ServiceException refusedConversation(
      Served served, PartyClient client, Admission.Granted granted) {
    try (FramedChannel channel = channel(served, client.converse(granted))) {
      return assertThrows(ServiceException.class, () -> channel.receive(100));
    }
  }

  @Test
  void fromQueueToConversation() {
    Echo echo = new Echo();
    try (Served served = new Served(echo);
        PartyClient client = served.client()) {
      echo.served = served;
      List<Integer> positions = new CopyOnWriteArrayList<>();
      Admission.Granted granted = client.ticket(REQUEST, Duration.ofSeconds(20), positions::add);
      assertEquals(List.of(2, 1), positions);
      assertEquals(served.server.endpoint(), granted.endpoint());
      assertEquals(1, granted.epoch());
      talk(served, client.converse(granted));
      assertEquals(List.of("CN=client,O=Test"), echo.subjects);
      assertEquals(Code.REPLAYED_TICKET, refusedConversation(served, client, granted).code());
    }
  }

  @Test
  void aTicketIsOfNoUseToAnotherClientOrInventedOnes() {
    Echo echo = new Echo();
    try (Served served = new Served(echo);
        PartyClient client = served.client();
        PartyClient thief =
            served.client(TestCertificates.get().otherClient, served.server.endpoint())) {
      echo.served = served;
      Admission.Granted granted = client.ticket(REQUEST, Duration.ofSeconds(20), p -> {});
      assertEquals(Code.UNKNOWN_TICKET, refusedConversation(served, thief, granted).code());
      Admission.Granted invented = new Admission.Granted(new byte[32], served.server.endpoint(), 1);
      assertEquals(Code.UNKNOWN_TICKET, refusedConversation(served, client, invented).code());
      talk(served, client.converse(granted));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRefusalArrivesByName(Code code) {
    StubService service =
        new StubService() {
          @Override
          public byte[] describe(Peer peer) {
            throw new ServiceException(code, "because\n of <this> é");
          }

          @Override
          public Admission admit(Peer peer, TicketRequest request, Duration wait) {
            throw new ServiceException(code, "x".repeat(10_000));
          }

          @Override
          public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
            throw new ServiceException(code, "no conversation");
          }
        };
    try (Served served = new Served(service);
        PartyClient client = served.client()) {
      ServiceException described = assertThrows(ServiceException.class, client::describe);
      assertEquals(code, described.code());
      assertEquals("because? of <this> é", described.getMessage());
      ServiceException admitted =
          assertThrows(ServiceException.class, () -> client.ticket(REQUEST, SECOND, p -> {}));
      assertEquals(code, admitted.code());
      assertTrue(admitted.getMessage().length() <= 1024 + 200, "the server's words and ours");
      ServiceException conversed =
          refusedConversation(
              served, client, new Admission.Granted(new byte[] {1}, served.server.endpoint(), 1));
      assertEquals(code, conversed.code());
      assertEquals("no conversation", conversed.getMessage());
    }
  }

  @Test
  void anInternalFailureKeepsItsMessageToItself() {
    StubService service =
        new StubService() {
          @Override
          public byte[] describe(Peer peer) {
            throw new IllegalStateException("weights are 1, 2, 3");
          }

          @Override
          public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
            throw new IllegalStateException("weights are 1, 2, 3");
          }
        };
    try (Served served = new Served(service);
        PartyClient client = served.client()) {
      ServiceException described = assertThrows(ServiceException.class, client::describe);
      ServiceException conversed =
          refusedConversation(
              served, client, new Admission.Granted(new byte[] {1}, served.server.endpoint(), 1));
      for (ServiceException e : List.of(described, conversed)) {
        assertEquals(Code.UNAVAILABLE, e.code());
        assertFalse(e.getMessage().contains("weights"), e.getMessage());
        assertTrue(e.getMessage().contains("IllegalStateException"), e.getMessage());
      }
    }
  }

  @Test
  void aPollWaitsAsLongAsAskedAndADeadlineIsKept() {
    List<Duration> waits = new CopyOnWriteArrayList<>();
    StubService service =
        new StubService() {
          @Override
          public Admission admit(Peer peer, TicketRequest request, Duration wait) {
            waits.add(wait);
            try {
              Thread.sleep(wait.toMillis());
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return new Admission.Queued(7);
          }
        };
    try (Served served = new Served(service);
        PartyClient client = served.client()) {
      long before = System.nanoTime();
      List<Integer> positions = new CopyOnWriteArrayList<>();
      ServiceException e =
          assertThrows(
              ServiceException.class,
              () -> client.ticket(REQUEST, Duration.ofMillis(1500), positions::add));
      double seconds = (System.nanoTime() - before) * 1e-9;
      assertEquals(Code.BUSY, e.code());
      assertTrue(e.getMessage().contains("place 7"), e.getMessage());
      assertTrue(seconds > 1.4 && seconds < 10, seconds + " s");
      assertTrue(waits.get(0).toMillis() > 1000, "one long poll, not many short ones: " + waits);
      assertEquals(7, positions.get(0));
    }
  }

  @Test
  void aServerThatClosesEndsConversationsByName() {
    StubService service =
        new StubService() {
          @Override
          public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
            transport.receive().close();
          }
        };
    try (Served served = new Served(service);
        PartyClient client = served.client()) {
      FrameTransport transport =
          client.converse(new Admission.Granted(new byte[] {1}, served.server.endpoint(), 1));
      new Thread(
              () -> {
                try {
                  Thread.sleep(500);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                served.server.close();
              })
          .start();
      assertEquals(
          Code.SHUTTING_DOWN, assertThrows(ServiceException.class, transport::receive).code());
      transport.close();
    }
  }

  @Test
  void theFirstFreePortOfTheRangeIsTakenAndAFullRangeIsNamed() throws IOException {
    TestCertificates certificates = TestCertificates.get();
    try (RootAllocator root = new RootAllocator();
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      IOException e =
          assertThrows(
              IOException.class,
              () ->
                  PartyServer.start(
                      new PartyServer.Listen("127.0.0.1", port, port, "127.0.0.1"),
                      certificates.server,
                      new StubService(),
                      root,
                      Served.LIMITS));
      assertTrue(
          e.getMessage().contains(String.valueOf(port))
              && e.getMessage().contains("spark.secmoe.listen.ports"),
          e.getMessage());
      assertEquals(0, root.getAllocatedMemory());
      try (PartyServer server =
          PartyServer.start(
              new PartyServer.Listen("127.0.0.1", port, Math.min(65535, port + 20), "example.org"),
              certificates.server,
              new StubService(),
              root,
              Served.LIMITS)) {
        assertTrue(server.endpoint().port() > port);
        assertEquals("example.org", server.endpoint().host());
        assertEquals(certificates.server.fingerprint(), server.endpoint().fingerprint());
      }
    }
  }

  @Test
  void noThreadOutlivesServerAndClient() throws InterruptedException {
    Echo echo = new Echo();
    try (Served served = new Served(echo);
        PartyClient client = served.client()) {
      echo.served = served;
      talk(served, client.converse(client.ticket(REQUEST, Duration.ofSeconds(20), p -> {})));
      assertFalse(ownThreads().isEmpty());
    }
    for (int i = 0; i < 50 && !ownThreads().isEmpty(); i++) {
      Thread.sleep(100);
    }
    assertEquals(List.of(), ownThreads());
  }

  private static List<String> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("secmoe-"))
        .toList();
  }

  @Test
  void theDescriptionArrivesWhole() {
    byte[] description = new byte[1 << 20];
    new java.util.Random(3).nextBytes(description);
    StubService service =
        new StubService() {
          @Override
          public byte[] describe(Peer peer) {
            return description;
          }
        };
    try (Served served = new Served(service);
        PartyClient client = served.client()) {
      assertArrayEquals(description, client.describe());
    }
  }
}
