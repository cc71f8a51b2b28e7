// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.bench.data.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A shaped network carries every byte in order, both ways, and the end of the stream; that it takes
 * its time is for the benchmark to show.
 */
@Timeout(60)
class RelayTest {
  @ParameterizedTest
  @EnumSource(value = Network.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void carriesMoreThanItHoldsBothWays(Network network) throws Exception {
    byte[] question = random(1, 3_000_000);
    byte[] answer = random(2, 2_500_001);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Relay relay = Relay.start(server.getLocalPort(), network);
        Socket client = new Socket(InetAddress.getLoopbackAddress(), relay.port())) {
      CompletableFuture<byte[]> heard = CompletableFuture.supplyAsync(() -> answer(server, answer));
      client.getOutputStream().write(question);
      client.shutdownOutput();
      assertArrayEquals(answer, client.getInputStream().readAllBytes());
      assertArrayEquals(question, heard.get());
    }
  }

  private static byte[] answer(ServerSocket server, byte[] answer) {
    try (Socket accepted = server.accept()) {
      byte[] heard = accepted.getInputStream().readAllBytes();
      accepted.getOutputStream().write(answer);
      return heard;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void namesTheNetworksThereAre() {
    assertEquals(Network.NONE, Network.of(Arguments.parse("op").get(0)));
    assertEquals(Network.WAN, Network.of(Arguments.parse("op --network wan").get(0)));
    Exception refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Network.of(Arguments.parse("op --network moon").get(0)));
    assertTrue(
        refused.getMessage().contains("moon") && refused.getMessage().contains("lan, wan, slow"),
        refused.getMessage());
  }
}
