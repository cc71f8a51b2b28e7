// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** One direction of a {@link Network}, shared by all its connections. */
final class Line {
  private static final int CHUNK = 16 << 10;

  /** Chunks on their way: 1 MiB, more than bandwidth × delay of any network here. */
  private static final int CHUNKS = 64;

  /** Bytes and when they arrive; none at the end of the stream. */
  private record Chunk(byte[] bytes, long arrival) {}

  private final double nanosPerByte;
  private final long delayNanos;
  private long free = System.nanoTime();

  Line(Network network) {
    nanosPerByte = 8e9 / network.bitsPerSecond;
    delayNanos = Math.round(network.roundTripSeconds / 2 * 1e9);
  }

  /** Carries what comes out of one socket into the other, on two threads, until either closes. */
  void connect(Socket from, Socket to) {
    BlockingQueue<Chunk> underway = new ArrayBlockingQueue<>(CHUNKS);
    Relay.daemon("secmoe-relay-in", () -> quietly(() -> take(from, underway)));
    Relay.daemon("secmoe-relay-out", () -> quietly(() -> deliver(underway, to)));
  }

  private void take(Socket from, BlockingQueue<Chunk> underway)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[CHUNK];
    int n = 0;
    while (n >= 0) {
      n = from.getInputStream().read(buffer);
      underway.put(new Chunk(Arrays.copyOf(buffer, Math.max(0, n)), arrival(Math.max(0, n))));
    }
  }

  /**
   * Returns the time at which a chunk that is sent now has arrived; the line carries one chunk
   * after the other.
   */
  private synchronized long arrival(int bytes) {
    free = Math.max(free, System.nanoTime()) + Math.round(bytes * nanosPerByte);
    return free + delayNanos;
  }

  private static void deliver(BlockingQueue<Chunk> underway, Socket to)
      throws IOException, InterruptedException {
    for (Chunk chunk = underway.take(); chunk.bytes().length > 0; chunk = underway.take()) {
      for (long left = chunk.arrival() - System.nanoTime();
          left > 0;
          left = chunk.arrival() - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      to.getOutputStream().write(chunk.bytes());
    }
    to.shutdownOutput();
  }

  private interface Carrying {
    void run() throws IOException, InterruptedException;
  }

  /** A connection that breaks ends its carriers; its parties notice for themselves. */
  private static void quietly(Carrying work) {
    try {
      work.run();
    } catch (IOException e) {
      // Either party has closed its end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
