// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * One conversation between two parties: messages in order, each exactly once. Protocols alternate
 * strictly: at any moment one party sends and the other receives, so that no two sends can block
 * each other. Transcripts depend on public shape only. So a receiver always knows the size of the
 * next message, and any other size is an error.
 */
public interface Channel extends AutoCloseable {
  /**
   * Sends one message of any size, cut into frames. It blocks while the peer is behind
   * (back-pressure). The message consists of {@code message}'s readable bytes. The channel takes
   * ownership of the buffer and releases it, also on failure.
   *
   * @throws ChannelException if the peer is gone, the time limit has passed, or the channel was
   *     aborted
   */
  void send(ArrowBuf message);

  /**
   * Receives the next message, which must be exactly {@code bytes} long. The caller closes the
   * buffer.
   *
   * @throws ChannelException if a message is truncated or oversized, frames are out of order, the
   *     peer is gone, or the time limit has passed
   */
  ArrowBuf receive(long bytes);

  /** Returns the allocator of received buffers; messages to send may come from it too. */
  BufferAllocator allocator();

  /** Returns the counts of this side's bytes, by phase. */
  Meter meter();

  /**
   * Ends the conversation on both sides with a reason that holds no secret. Any thread may call it;
   * later calls do nothing.
   */
  void abort(String reason);

  /** Ends the conversation in good order. Later calls do nothing. */
  @Override
  void close();
}
