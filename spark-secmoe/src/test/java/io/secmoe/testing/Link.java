// SPDX-License-Identifier: Apache-2.0
package io.secmoe.testing;

import io.secmoe.channel.Channel;
import io.secmoe.channel.FramedChannel;
import io.secmoe.channel.MemoryTransport;
import java.time.Duration;
import org.apache.arrow.memory.BufferAllocator;

/** The channels that every protocol test runs over. */
public enum Link {
  /** Two queues in this JVM. */
  MEMORY {
    @Override
    Pair open(BufferAllocator allocator) {
      MemoryTransport.Pair ends = MemoryTransport.pair(allocator, allocator, Duration.ofMinutes(2));
      return new Pair(
          new FramedChannel(ends.first(), allocator),
          new FramedChannel(ends.second(), allocator),
          () -> {});
    }
  },

  /** Arrow Flight with mutual TLS over loopback. */
  FLIGHT {
    @Override
    Pair open(BufferAllocator allocator) {
      return FlightLink.open(allocator);
    }
  };

  /** Two ends of one conversation. */
  record Pair(Channel client, Channel server, Runnable after) {
    void close() {
      client.close();
      server.close();
      after.run();
    }
  }

  abstract Pair open(BufferAllocator allocator);
}
