// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * One conversation between two parties: messages in order, each exactly once. Protocols alternate
 * strictly: at any moment one party sends and the other receives, so that no two sends can block
 * each other. Because transcripts depend on public shape only, a receiver always knows the size of
 * what comes next, and anything else is an error.
 */
public interface Channel extends AutoCloseable {
  /**
   * Sends one message of any size, chunked into frames; blocks while the peer is behind
   * (back-pressure). The message is {@code message}'s readable bytes; the channel takes ownership
   * of the buffer and releases it, also on failure.
   *
   * @throws ChannelException if the peer is gone, the time limit has passed, or the channel was
   *     aborted
   */
  void send(ArrowBuf message);

  /**
   * Receives the next message, which must be exactly {@code bytes} long; the caller closes the
   * buffer.
   *
   * @throws ChannelException truncated or oversized message, frames out of order, peer gone, time
   *     limit
   */
  ArrowBuf receive(long bytes);

  /** Where received buffers come from; messages to send may come from it too. */
  BufferAllocator allocator();

  /** What this side has sent and received, by phase. */
  Meter meter();

  /**
   * Ends the conversation on both sides with a reason that holds no secret; callable from any
   * thread; later calls do nothing.
   */
  void abort(String reason);

  /** Ends the conversation in good order; idempotent. */
  @Override
  void close();
}
