// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** A server with a test's service, and clients of it; closing checks that nothing is left. */
final class Served implements AutoCloseable {
  static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), Duration.ofSeconds(10), Duration.ofSeconds(5));

  final BufferAllocator root = new RootAllocator();
  final PartyServer server;

  Served(PartyService service) {
    this(service, TestCertificates.get().server);
  }

  Served(PartyService service, TlsIdentity identity) {
    this(service, identity, "127.0.0.1");
  }

  Served(PartyService service, TlsIdentity identity, String bind) {
    try {
      server =
          PartyServer.start(
              new PartyServer.Listen(bind, 0, 0, "127.0.0.1"), identity, service, root, LIMITS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  PartyClient client() {
    return client(TestCertificates.get().client, server.endpoint());
  }

  PartyClient client(TlsIdentity identity, Endpoint endpoint) {
    return new PartyClient(endpoint, identity, root, LIMITS);
  }

  Endpoint unpinned(String host) {
    return new Endpoint(host, server.endpoint().port(), null);
  }

  @Override
  public void close() {
    server.close();
    root.close();
  }
}
