// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.channel.ChannelException;
import io.secmoe.channel.ChannelException.Kind;
import io.secmoe.channel.FrameTransport;
import io.secmoe.channel.FramedChannel;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.flight.tls.Peer;
import io.secmoe.flight.tls.TlsFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer whose process is killed, frozen, or whose connection is cut. */
@Timeout(120)
class PeerDeathTest {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), Duration.ofMinutes(5), Duration.ofSeconds(5));

  /** A server process with a conversation. */
  private static final class Remote implements AutoCloseable {
    final BufferAllocator root = new RootAllocator();
    final Process process;
    final PartyClient client;
    final FramedChannel channel;

    Remote() throws IOException {
      TlsFiles files = TestCertificates.get().serverFiles;
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "--add-opens=java.base/java.nio=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  DyingServer.class.getName(),
                  files.keyStore().toString(),
                  files.keyStorePasswordFile().toString(),
                  files.trustStore().toString(),
                  files.trustStorePasswordFile().toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String[] ready =
          new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
              .readLine()
              .split(" ");
      Endpoint endpoint = Endpoint.parse(ready[0], ready[1]);
      client = new PartyClient(endpoint, TestCertificates.get().client, root, LIMITS);
      channel =
          new FramedChannel(
              client.converse(new Admission.Granted(new byte[] {1}, endpoint, 1)), root);
      Messages.send(channel, 10, 1);
      Messages.expect(channel, 10, 1);
    }

    @Override
    public void close() {
      process.destroyForcibly();
      channel.close();
      client.close();
      root.close();
    }
  }

  @Test
  void aKilledServerIsNoticedAtOnce() throws Exception {
    try (Remote remote = new Remote()) {
      CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS)
          .execute(remote.process::destroyForcibly);
      long before = System.nanoTime();
      ChannelException e = assertThrows(ChannelException.class, () -> remote.channel.receive(10));
      assertEquals(Kind.PEER_GONE, e.kind(), e.getMessage());
      assertTrue(System.nanoTime() - before < Duration.ofSeconds(10).toNanos());
      assertEquals(
          Kind.PEER_GONE,
          assertThrows(ChannelException.class, () -> Messages.send(remote.channel, 10, 1)).kind());
    }
  }

  /** SIGSTOP: the kernel keeps the connection, only the keep-alive finds out. */
  @Test
  void aFrozenServerIsNoticedWithinTheTimeLimit() throws Exception {
    try (Remote remote = new Remote()) {
      assertEquals(
          0,
          new ProcessBuilder(List.of("kill", "-STOP", Long.toString(remote.process.pid())))
              .start()
              .waitFor());
      long before = System.nanoTime();
      ChannelException e = assertThrows(ChannelException.class, () -> remote.channel.receive(10));
      double seconds = (System.nanoTime() - before) * 1e-9;
      assertEquals(Kind.PEER_GONE, e.kind(), e.getMessage());
      assertTrue(seconds < 25, seconds + " s");
    }
  }

  @Test
  void aClientWhoseConnectionIsCutIsGoneForTheServer() throws Exception {
    CompletableFuture<ChannelException> seen = new CompletableFuture<>();
    StubService service =
        new StubService() {
          @Override
          public void converse(Peer peer, byte[] ticket, FrameTransport transport) {
            try (ArrowBuf first = transport.receive()) {
              assertNotEquals(0, first.readableBytes());
              transport.receive().close();
            } catch (ChannelException e) {
              seen.complete(e);
            }
          }
        };
    try (Served served = new Served(service)) {
      Connection connection =
          new Connection(
              served.server.endpoint(), TestCertificates.get().client, served.root, Served.LIMITS);
      var stream =
          connection
              .client()
              .doExchange(org.apache.arrow.flight.FlightDescriptor.command(new byte[] {1}));
      ArrowBuf frame = served.root.buffer(8);
      frame.writeLong(1);
      stream.getWriter().putMetadata(frame);
      Thread.sleep(500);
      assertFalse(seen.isDone());
      connection.close();
      ChannelException e = seen.get(20, TimeUnit.SECONDS);
      assertEquals(Kind.PEER_GONE, e.kind());
      assertTrue(e.getMessage().contains("client"), e.getMessage());
    }
  }
}
