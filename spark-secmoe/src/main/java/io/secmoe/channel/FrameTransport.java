// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

import org.apache.arrow.memory.ArrowBuf;

/**
 * Moves frames in order without looking at their content: in memory within one process, over Arrow
 * Flight between two. {@link FramedChannel} uses it. Both directions are bounded in memory and in
 * time; a transport knows its limits. One thread sends and receives.
 */
public interface FrameTransport extends AutoCloseable {
  /**
   * Sends one frame of at most {@link FrameHeader#MAX_FRAME} bytes. It takes ownership of the
   * buffer, also on failure, and blocks for back-pressure.
   *
   * @throws ChannelException if the peer is gone, it took nothing for longer than the limit, or
   *     this side was aborted or interrupted
   */
  void send(ArrowBuf frame);

  /**
   * Returns the next frame, which the caller closes.
   *
   * @throws ChannelException if the peer is gone, nothing came within the limit, or this side was
   *     aborted or interrupted
   */
  ArrowBuf receive();

  /**
   * Ends both sides with a reason that holds no secret, and wakes waiting threads. Any thread may
   * call it; later calls do nothing.
   */
  void abort(String reason);

  /**
   * Ends in good order: frames that were sent still arrive, then the peer finds the end. Later
   * calls do nothing.
   */
  @Override
  void close();
}
