// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.secmoe.channel.ChannelException;
import io.secmoe.channel.FramedChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Conversations that end at any moment, with frames on their way: whatever the moment, each side
 * ends with a named error and no memory is lost or freed twice.
 */
@Timeout(120)
class AbruptEndsTest {
  private static final int CONVERSATIONS = 30;

  @Test
  void noMomentIsAWrongOne() {
    Random random = new Random(5);
    try (BufferAllocator root = new RootAllocator();
        Loopback loopback = new Loopback(root, Duration.ofSeconds(20))) {
      for (int i = 0; i < CONVERSATIONS; i++) {
        Loopback.Pair pair = loopback.pair();
        try (FramedChannel client = new FramedChannel(pair.client(), root);
            FramedChannel server = new FramedChannel(pair.server(), root)) {
          int bytes = 1 << random.nextInt(21);
          boolean clientSends = random.nextBoolean();
          FramedChannel from = clientSends ? client : server;
          FramedChannel to = clientSends ? server : client;
          CompletableFuture<?> sending = CompletableFuture.runAsync(() -> sendForEver(from, bytes));
          CompletableFuture<?> reading = CompletableFuture.runAsync(() -> readForEver(to, bytes));
          pause(random.nextInt(40));
          end(random.nextInt(4), client, server);
          ended(sending);
          ended(reading);
        }
      }
    }
  }

  private static void end(int how, FramedChannel client, FramedChannel server) {
    switch (how) {
      case 0 -> client.abort("the client had enough");
      case 1 -> server.abort("the server had enough");
      case 2 -> client.close();
      default -> server.close();
    }
    if (how % 2 == 0) {
      client.close();
    }
  }

  private static void sendForEver(FramedChannel channel, int bytes) {
    while (true) {
      Messages.send(channel, bytes, bytes);
    }
  }

  private static void readForEver(FramedChannel channel, int bytes) {
    while (true) {
      channel.receive(bytes).close();
    }
  }

  private static void ended(CompletableFuture<?> task) {
    try {
      task.join();
    } catch (CompletionException e) {
      assertInstanceOf(ChannelException.class, e.getCause());
    }
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
