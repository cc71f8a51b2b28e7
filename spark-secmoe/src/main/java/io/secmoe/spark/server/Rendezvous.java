// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.channel.FrameTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Brings the task of an attempt and the stream of its client together. The stream comes on a Flight
 * thread; the task does the work.
 */
final class Rendezvous {
  private final CompletableFuture<FrameTransport> arrival = new CompletableFuture<>();
  private final CountDownLatch over = new CountDownLatch(1);

  /**
   * Hands over the stream. The Flight thread stays until the conversation is over; returns false if
   * nobody waits any more.
   */
  boolean bring(FrameTransport transport) throws InterruptedException {
    if (!arrival.complete(transport)) {
      return false;
    }
    over.await();
    return true;
  }

  /** Waits for the task's client; returns null if it does not come in time. */
  FrameTransport await(Duration limit) throws InterruptedException {
    try {
      return arrival.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return arrival.cancel(false) ? null : arrival.getNow(null);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Ends the meeting: a stream that came, or comes later, is let go. */
  void end() {
    arrival.cancel(false);
    over.countDown();
  }
}
