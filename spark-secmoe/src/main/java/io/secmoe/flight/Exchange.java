// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import org.apache.arrow.memory.ArrowBuf;

/**
 * One end of a DoExchange stream: the part in which client and server differ. {@link
 * FlightTransport} takes care of order, locking and time.
 */
interface Exchange {
  /**
   * Waits for the next message; false at the end of the stream. A thread that waits here can be
   * interrupted.
   */
  boolean next();

  /** The frame of the message that {@link #next} found, not retained; null if it has none. */
  ArrowBuf latest();

  /** Returns true if a frame can be sent without piling up. */
  boolean ready();

  /** Returns why nothing can be sent any more, or null. */
  RuntimeException ended();

  /** Sends a frame; takes ownership. */
  void put(ArrowBuf frame);

  /**
   * Sends the end, in good order or with a reason for the peer. No thread is in {@link #next}.
   *
   * @param why null in good order
   */
  void finish(RuntimeException why);

  /** Returns the meaning of a failure of {@link #next}. */
  RuntimeException translate(RuntimeException e);

  /**
   * Cuts the call without regard for the peer. Any thread may call it; a waiting {@link #next} ends
   * then.
   */
  void cut();

  /** Reads up to the end of the stream and frees everything. It is called after {@link #finish}. */
  void release();
}
