// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.channel.FrameTransport;
import io.secmoe.flight.tls.Peer;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.flight.tls.TlsIdentity;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.arrow.memory.RootAllocator;

/**
 * A server in a process of its own, for tests that kill it. Arguments: the four identity files.
 * Prints {@code host:port fingerprint}, then serves for ever.
 */
public final class DyingServer {
  private DyingServer() {}

  public static void main(String[] args) throws Exception {
    TlsFiles files =
        new TlsFiles(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Path.of(args[3]));
    StubService service =
        new StubService() {
          @Override
          public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
            while (true) {
              transport.send(transport.receive());
            }
          }
        };
    PartyServer server =
        PartyServer.start(
            new PartyServer.Listen("127.0.0.1", 0, 0, "127.0.0.1"),
            TlsIdentity.load(files),
            service,
            new RootAllocator(),
            new Limits(Duration.ofSeconds(20), Duration.ofMinutes(5), Duration.ofSeconds(5)));
    System.out.println(server.endpoint().address() + " " + server.endpoint().fingerprint());
    Thread.sleep(Long.MAX_VALUE);
  }
}
