// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import org.apache.arrow.memory.ArrowBuf;

/**
 * One end of a DoExchange stream: where client and server differ. {@link FlightTransport} sees to
 * order, locking and time.
 */
interface Exchange {
  /**
   * Waits for the next message; false at the end of the stream. A thread that waits here can be
   * interrupted.
   */
  boolean next();

  /** The frame of the message that {@link #next} found, not retained; null if it has none. */
  ArrowBuf latest();

  /** Whether a frame can be sent without piling up. */
  boolean ready();

  /** Why nothing can be sent any more, or null. */
  RuntimeException ended();

  /** Sends; takes ownership. */
  void put(ArrowBuf frame);

  /**
   * Sends the end: in good order, or with a reason for the peer. Nobody is in {@link #next}.
   *
   * @param why null in good order
   */
  void finish(RuntimeException why);

  /** What a failure of {@link #next} means. */
  RuntimeException translate(RuntimeException e);

  /**
   * Cuts the call without regard for the peer; any thread; after it a waiting {@link #next} ends.
   */
  void cut();

  /** After {@link #finish}: reads up to the end of the stream and frees everything. */
  void release();
}
