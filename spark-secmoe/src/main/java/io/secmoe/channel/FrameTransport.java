// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

import org.apache.arrow.memory.ArrowBuf;

/**
 * Moves frames in order, knows nothing of their content: in memory within one process, Arrow Flight
 * between two. {@link FramedChannel} sits on it. Both directions are bounded in memory and in time:
 * a transport knows its limits. One thread sends and receives.
 */
public interface FrameTransport extends AutoCloseable {
  /**
   * Sends one frame of at most {@link FrameHeader#MAX_FRAME} bytes; takes ownership of the buffer,
   * also on failure; blocks for back-pressure.
   *
   * @throws ChannelException the peer is gone, it took nothing for longer than the limit, or this
   *     side was aborted or interrupted
   */
  void send(ArrowBuf frame);

  /**
   * The next frame; the caller closes it.
   *
   * @throws ChannelException the peer is gone, nothing came within the limit, or this side was
   *     aborted or interrupted
   */
  ArrowBuf receive();

  /**
   * Ends both sides with a reason that holds no secret; wakes whoever waits; callable from any
   * thread; later calls do nothing.
   */
  void abort(String reason);

  /** Ends in good order: what was sent still arrives, then the peer finds the end; idempotent. */
  @Override
  void close();
}
