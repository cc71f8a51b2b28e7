// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.memory;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Planned native memory of one executor's attempts: no room means waiting, never allocating.
 * Thread-safe, first come first served.
 */
public final class MemoryBudget {
  private static final long LOOK_MILLIS = 100;
  private static final Map<Long, MemoryBudget> OF_JVM = new ConcurrentHashMap<>();

  private final long limit;
  private final ArrayDeque<Object> line = new ArrayDeque<>();
  private long reserved;

  /**
   * @param limit bytes
   */
  public MemoryBudget(long limit) {
    this.limit = limit;
  }

  /**
   * The one budget of this JVM with this limit, for tasks that no plugin of ours has a place for.
   */
  public static MemoryBudget ofThisJvm(long limit) {
    return OF_JVM.computeIfAbsent(limit, MemoryBudget::new);
  }

  /** A reservation; closing it, once or more often, gives it back. */
  public interface Reservation extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for room.
   *
   * @param bytes at most the limit
   * @param givenUp asked now and then; once it is true the wait ends with null
   */
  public synchronized Reservation reserve(long bytes, BooleanSupplier givenUp)
      throws InterruptedException {
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

  /** Bytes given out and not given back. */
  public synchronized long reserved() {
    return reserved;
  }
}
