// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.flight.Admission;
import io.secmoe.flight.ServiceException;
import io.secmoe.flight.tls.Endpoint;
import io.secmoe.party.Attempt;
import java.time.Duration;
import java.util.concurrent.Future;

/**
 * One attempt's place in the server's queue, from the first request to the end of its Spark job.
 * Thread-safe; monitors are held briefly.
 */
final class QueuedAttempt {
  /** The subject of the client's certificate, which is its FAIR pool. */
  final String tenant;

  final BatchKey batch;
  final Attempt attempt;

  /** The order of arrival. */
  final long number;

  final long arrived = System.currentTimeMillis();

  private Future<Void> job;
  private Admission.Granted granted;
  private ServiceException failure;
  private boolean told;
  private long askedNanos = System.nanoTime();

  QueuedAttempt(String tenant, BatchKey batch, Attempt attempt, long number) {
    this.tenant = tenant;
    this.batch = batch;
    this.attempt = attempt;
    this.number = number;
  }

  String group() {
    return batch.group(attempt.epoch());
  }

  synchronized void submitted(Future<Void> running) {
    job = running;
  }

  /** Notes that the attempt's task waits for its client; returns false if it comes too late. */
  synchronized boolean claim(byte[] ticket, Endpoint endpoint) {
    if (granted != null || failure != null) {
      return false;
    }
    granted = new Admission.Granted(ticket, endpoint, attempt.epoch());
    notifyAll();
    return true;
  }

  /** Ends the wait with a reason, unless the ticket is already granted. */
  synchronized void fail(ServiceException reason) {
    if (waiting()) {
      failure = reason;
      notifyAll();
    }
  }

  /**
   * Returns true if the client does not know yet how its wait ended. A further request then
   * continues it; otherwise the request is a new attempt.
   */
  synchronized boolean open() {
    return !told;
  }

  synchronized boolean waiting() {
    return granted == null && failure == null;
  }

  synchronized boolean jobEnded() {
    return job != null && job.isDone();
  }

  synchronized boolean abandoned(Duration limit) {
    return !told && System.nanoTime() - askedNanos > limit.toNanos();
  }

  /** Returns the ticket if it is granted within {@code wait}, otherwise null. */
  synchronized Admission.Granted await(Duration wait) {
    long until = System.nanoTime() + wait.toNanos();
    askedNanos = System.nanoTime();
    try {
      while (waiting()) {
        long left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return null;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(
          ServiceException.Code.UNAVAILABLE, "the server interrupted the wait; ask again");
    } finally {
      askedNanos = System.nanoTime();
    }
    told = true;
    if (failure != null) {
      throw failure;
    }
    return granted;
  }
}
