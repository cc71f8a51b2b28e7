// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.memory;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * The planned native memory of one executor's attempts. An attempt without room waits and allocates
 * nothing. Thread-safe, first come first served.
 */
public final class MemoryBudget {
  private static final long LOOK_MILLIS = 100;
  private static final Map<Long, MemoryBudget> OF_JVM = new ConcurrentHashMap<>();

  private final long limit;
  private final ArrayDeque<Object> line = new ArrayDeque<>();
  private long reserved;

  /**
   * @param limit the limit in bytes
   */
  public MemoryBudget(long limit) {
    this.limit = limit;
  }

  /** Returns the one budget of this JVM with this limit, for tasks without a plugin of ours. */
  public static MemoryBudget ofThisJvm(long limit) {
    return OF_JVM.computeIfAbsent(limit, MemoryBudget::new);
  }

  /** A reservation. Closing it, once or more often, gives it back. */
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

  /** Returns the bytes reserved now. */
  public synchronized long reserved() {
    return reserved;
  }
}
