package io.secmoe.spark.server;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Planned native memory of one executor's attempts: no room means waiting, never allocating. Thread-safe, first come first served. */
final class MemoryBudget {
  private static final long LOOK_MILLIS = 100;

  private final long limit;
  private final ArrayDeque<Object> line = new ArrayDeque<>();
  private long reserved;

  /** @param limit bytes */
  MemoryBudget(long limit) {
    this.limit = limit;
  }

  /** A reservation; closing it, once or more often, gives it back. */
  interface Reservation extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for room.
   *
   * @param bytes at most the limit
   * @param givenUp asked now and then; once it is true the wait ends with null
   */
  synchronized Reservation reserve(long bytes, BooleanSupplier givenUp) throws InterruptedException {
    if (bytes > limit) {
      throw new IllegalArgumentException(bytes + " bytes can never be reserved of " + limit);
    }
    Object me = new Object();
    line.add(me);
    try {
      while (line.peek() != me || reserved + bytes > limit) {
        if (givenUp.getAsBoolean()) {
          return null;
        }
        wait(LOOK_MILLIS);
      }
      reserved += bytes;
    } finally {
      line.remove(me);
      notifyAll();
    }
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.getAndSet(false)) {
        release(bytes);
      }
    };
  }

  private synchronized void release(long bytes) {
    reserved -= bytes;
    notifyAll();
  }

  synchronized long reserved() {
    return reserved;
  }
}
