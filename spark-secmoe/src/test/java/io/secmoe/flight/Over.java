// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import io.secmoe.channel.FrameTransport;
import io.secmoe.channel.FramedChannel;
import io.secmoe.channel.MemoryTransport;
import java.time.Duration;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** The transports that every behaviour of a channel is tested over. */
enum Over {
  MEMORY,
  FLIGHT;

  /** Two connected ends; closing checks that all memory came back. */
  static final class Ends implements AutoCloseable {
    final BufferAllocator root = new RootAllocator();
    final BufferAllocator clientMemory = root.newChildAllocator("client", 0, Long.MAX_VALUE);
    final BufferAllocator serverMemory = root.newChildAllocator("server", 0, Long.MAX_VALUE);
    final FrameTransport clientTransport;
    final FrameTransport serverTransport;
    final FramedChannel client;
    final FramedChannel server;
    final Loopback loopback;

    Ends(Over over, Duration limit) {
      loopback = over == FLIGHT ? new Loopback(root, limit) : null;
      if (over == FLIGHT) {
        Loopback.Pair pair = loopback.pair();
        clientTransport = pair.client();
        serverTransport = pair.server();
      } else {
        MemoryTransport.Pair pair = MemoryTransport.pair(clientMemory, serverMemory, limit);
        clientTransport = pair.first();
        serverTransport = pair.second();
      }
      client = new FramedChannel(clientTransport, clientMemory);
      server = new FramedChannel(serverTransport, serverMemory);
    }

    FramedChannel end(boolean clients) {
      return clients ? client : server;
    }

    @Override
    public void close() {
      client.close();
      server.close();
      if (loopback != null) {
        loopback.close();
      }
      clientMemory.close();
      serverMemory.close();
      root.close();
    }
  }

  Ends open() {
    return new Ends(this, Duration.ofSeconds(20));
  }

  Ends open(Duration limit) {
    return new Ends(this, limit);
  }
}
