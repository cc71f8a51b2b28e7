package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.flight.IdentityException.Kind;
import io.secmoe.flight.ServiceException.Code;
import java.io.IOException;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bad certificate is an error of the call whose connection met it, and of no later one. */
@Timeout(60)
class HandshakeFailureTest {
  private final TestCertificates certificates = TestCertificates.get();

  private PartyServer serve(int port, TlsIdentity identity, RootAllocator memory) throws IOException {
    PartyServer.Listen where = new PartyServer.Listen("127.0.0.1", port, port, "127.0.0.1");
    return PartyServer.start(where, identity, new StubService(), memory, Served.LIMITS);
  }

  private static void outOfReach(PartyClient client) {
    ServiceException e = assertThrows(ServiceException.class, client::describe);
    assertEquals(Code.UNAVAILABLE, e.code(), "an attempt that may be made again: " + e);
  }

  private static void untrusted(PartyClient client) {
    assertEquals(Kind.UNTRUSTED_PEER, assertThrows(IdentityException.class, client::describe).kind());
  }

  private void aStrangerComesAndGoes(String host) throws Exception {
    try (RootAllocator memory = new RootAllocator()) {
      PartyServer stranger = serve(0, certificates.stranger, memory);
      int port = stranger.endpoint().port();
      try (PartyClient client = new PartyClient(new Endpoint(host, port, null), certificates.client, memory, Served.LIMITS)) {
        untrusted(client);
        untrusted(client);
        stranger.close();
        outOfReach(client);
        stranger = serve(port, certificates.stranger, memory);
        awaitUntrusted(client);
        stranger.close();
        outOfReach(client);
      } finally {
        stranger.close();
      }
    }
  }

  /** Until gRPC tries the address again it repeats that there was nobody. */
  private static void awaitUntrusted(PartyClient client) throws InterruptedException {
    while (true) {
      Thread.sleep(20);
      try {
        client.describe();
      } catch (IdentityException e) {
        assertEquals(Kind.UNTRUSTED_PEER, e.kind());
        return;
      } catch (ServiceException e) {
        assertEquals(Code.UNAVAILABLE, e.code());
      }
    }
  }

  @Test
  void aServerThatIsGoneAfterABadCertificateIsOutOfReach() throws Exception {
    aStrangerComesAndGoes("127.0.0.1");
  }

  /** A name with several addresses: the last one refuses the connection, and its answer is not the whole story. */
  @Test
  void theSameWithANameOfSeveralAddresses() throws Exception {
    aStrangerComesAndGoes("localhost");
  }

  @Test
  void aGoodServerAfterABadOneIsReached() throws Exception {
    try (RootAllocator memory = new RootAllocator()) {
      PartyServer server = serve(0, certificates.stranger, memory);
      int port = server.endpoint().port();
      try (PartyClient client = new PartyClient(new Endpoint("127.0.0.1", port, null), certificates.client, memory, Served.LIMITS)) {
        untrusted(client);
        server.close();
        server = serve(port, certificates.server, memory);
        assertTrue(client.describe().length > 0);
        server.close();
        outOfReach(client);
      } finally {
        server.close();
      }
    }
  }
}
