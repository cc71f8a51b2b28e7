// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.flight.ServiceException.Code;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.IdentityException;
import io.secmoe.flight.tls.IdentityException.Kind;
import io.secmoe.flight.tls.TlsIdentity;
import java.io.IOException;
import java.util.function.Predicate;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bad certificate is an error of the call whose connection met it, and of no later one. */
@Timeout(60)
class HandshakeFailureTest {
  private final TestCertificates certificates = TestCertificates.get();

  private PartyServer serve(int port, TlsIdentity identity, RootAllocator memory)
      throws IOException {
    PartyServer.Listen where = new PartyServer.Listen("127.0.0.1", port, port, "127.0.0.1");
    return PartyServer.start(where, identity, new StubService(), memory, Served.LIMITS);
  }

  private static RuntimeException failed(PartyClient client) {
    return assertThrows(RuntimeException.class, client::describe);
  }

  private static boolean isOutOfReach(RuntimeException e) {
    return e instanceof ServiceException refusal && refusal.code() == Code.UNREACHABLE;
  }

  private static boolean isUntrusted(RuntimeException e) {
    return e instanceof IdentityException refusal && refusal.kind() == Kind.UNTRUSTED_PEER;
  }

  private static void untrusted(PartyClient client) {
    RuntimeException e = failed(client);
    assertTrue(isUntrusted(e), e.toString());
  }

  /**
   * Asks until the answer changes: gRPC repeats its last attempt's answer until it makes another.
   */
  private static void becomes(
      Predicate<RuntimeException> expected, Predicate<RuntimeException> before, PartyClient client)
      throws InterruptedException {
    RuntimeException e = failed(client);
    for (int i = 0; i < 500 && !expected.test(e); i++) {
      assertTrue(before.test(e), e.toString());
      Thread.sleep(20);
      e = failed(client);
    }
    assertTrue(expected.test(e), e.toString());
  }

  @Test
  void aServerThatIsGoneAfterABadCertificateIsOutOfReach() throws Exception {
    try (RootAllocator memory = new RootAllocator()) {
      PartyServer stranger = serve(0, certificates.stranger, memory);
      int port = stranger.endpoint().port();
      try (PartyClient client =
          new PartyClient(
              new Endpoint("127.0.0.1", port, null), certificates.client, memory, Served.LIMITS)) {
        untrusted(client);
        untrusted(client);
        stranger.close();
        becomes(HandshakeFailureTest::isOutOfReach, HandshakeFailureTest::isUntrusted, client);
        stranger = serve(port, certificates.stranger, memory);
        becomes(HandshakeFailureTest::isUntrusted, HandshakeFailureTest::isOutOfReach, client);
        stranger.close();
        becomes(HandshakeFailureTest::isOutOfReach, HandshakeFailureTest::isUntrusted, client);
      } finally {
        stranger.close();
      }
    }
  }

  /**
   * A name of several addresses: the last one refuses the connection, but the first one's
   * certificate is what is wrong.
   */
  @Test
  void aBadCertificateIsNamedEvenIfAnotherAddressRefusesTheConnection() throws Exception {
    try (RootAllocator memory = new RootAllocator()) {
      PartyServer stranger = serve(0, certificates.stranger, memory);
      Endpoint endpoint = new Endpoint("localhost", stranger.endpoint().port(), null);
      try (PartyClient client =
          new PartyClient(endpoint, certificates.client, memory, Served.LIMITS)) {
        untrusted(client);
        stranger.close();
        becomes(HandshakeFailureTest::isOutOfReach, HandshakeFailureTest::isUntrusted, client);
      } finally {
        stranger.close();
      }
    }
  }

  @Test
  void aGoodServerAfterABadOneIsReached() throws Exception {
    try (RootAllocator memory = new RootAllocator()) {
      PartyServer server = serve(0, certificates.stranger, memory);
      int port = server.endpoint().port();
      try (PartyClient client =
          new PartyClient(
              new Endpoint("127.0.0.1", port, null), certificates.client, memory, Served.LIMITS)) {
        untrusted(client);
        server.close();
        server = serve(port, certificates.server, memory);
        assertTrue(client.describe().length > 0);
        server.close();
        RuntimeException e = failed(client);
        assertTrue(isOutOfReach(e), e.toString());
      } finally {
        server.close();
      }
    }
  }
}
