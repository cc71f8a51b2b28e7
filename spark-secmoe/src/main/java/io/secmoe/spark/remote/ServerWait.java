// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import io.secmoe.flight.ServiceException;
import io.secmoe.flight.ServiceException.Code;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a server that is away: it calls again, at growing intervals, until the server answers
 * or has been away for longer than a limit. Only {@link ServiceException}s with certain codes mean
 * that a server is away. All other failures end the wait at once. Used by one thread.
 */
public final class ServerWait {
  private static final Logger LOG = LoggerFactory.getLogger(ServerWait.class);
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;
  private static final long LOOK_MILLIS = 100;

  /** Hears of each call that failed because the server is away. */
  public interface Listener {
    /**
     * Reports that the server is still away.
     *
     * @param since the time since the server was last heard of
     * @param reason the failure of the last call
     */
    void away(Duration since, ServiceException reason);
  }

  private final Duration limit;
  private final Set<Code> away;
  private final Runnable check;
  private final Listener listener;
  private long heard = System.nanoTime();

  /**
   * Begins to count from now.
   *
   * @param limit the longest time that the server may be away
   * @param away the codes of failures that mean that the server is away
   * @param check called repeatedly; ends the wait by throwing
   */
  public ServerWait(Duration limit, Set<Code> away, Runnable check, Listener listener) {
    this.limit = limit;
    this.away = EnumSet.copyOf(away);
    this.check = check;
    this.listener = listener;
  }

  /** Notes that the server has answered. */
  public void heard() {
    heard = System.nanoTime();
  }

  /** Makes one more code mean that the server is away. */
  void also(Code code) {
    away.add(code);
  }

  /**
   * Returns the result of the call once it succeeds.
   *
   * @throws ServiceException the failure of the last call, when the server has been away for longer
   *     than the limit
   */
  public <T> T during(Supplier<T> call) {
    long pause = FIRST_PAUSE_MILLIS;
    for (boolean first = true; ; first = false) {
      try {
        T result = call.get();
        if (!first) {
          LOG.info("The server answers again");
        }
        return result;
      } catch (ServiceException e) {
        check.run();
        Duration since = Duration.ofNanos(System.nanoTime() - heard);
        if (!away.contains(e.code()) || since.compareTo(limit) >= 0) {
          throw e;
        }
        if (first) {
          LOG.warn(
              "The server is away, waiting up to {} s for it: {}: {}",
              limit.toSeconds(),
              e.code(),
              e.getMessage());
        }
        listener.away(since, e);
        pause(Math.min(jittered(pause), limit.minus(since).toMillis() + 1));
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      }
    }
  }

  /**
   * Returns a time between a half of it and all of it, so that tasks that wait together do not all
   * call together.
   */
  private static long jittered(long millis) {
    return millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1);
  }

  private void pause(long millis) {
    long until = System.nanoTime() + millis * 1_000_000;
    try {
      for (long left = millis; left > 0; left = (until - System.nanoTime()) / 1_000_000) {
        Thread.sleep(Math.min(left, LOOK_MILLIS));
        check.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      check.run();
      throw new IllegalStateException("interrupted while waiting for the server", e);
    }
  }
}
