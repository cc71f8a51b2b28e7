// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.channel.Channel;
import io.secmoe.channel.FramedChannel;
import io.secmoe.channel.MemoryTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** Two roles over memory; closing checks that nothing is left. */
final class Conversation implements AutoCloseable {
  private final BufferAllocator root = new RootAllocator();
  final Channel client;
  final Channel server;

  Conversation() {
    MemoryTransport.Pair pair = MemoryTransport.pair(root, root, Duration.ofSeconds(5));
    client = new FramedChannel(pair.first(), root);
    server = new FramedChannel(pair.second(), root);
  }

  /** Returns the exceptions of the two roles, or null; index 0 is the client's. */
  RuntimeException[] run(Consumer<Channel> clientRole, Consumer<Channel> serverRole) {
    CompletableFuture<RuntimeException> asking =
        CompletableFuture.supplyAsync(() -> outcome(clientRole, client));
    CompletableFuture<RuntimeException> serving =
        CompletableFuture.supplyAsync(() -> outcome(serverRole, server));
    return new RuntimeException[] {asking.join(), serving.join()};
  }

  private static RuntimeException outcome(Consumer<Channel> role, Channel channel) {
    try {
      role.accept(channel);
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
    root.close();
  }
}
