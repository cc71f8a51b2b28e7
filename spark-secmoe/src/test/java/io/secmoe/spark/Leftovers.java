// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.secmoe.jni.Native;
import io.secmoe.spark.memory.JvmMemory;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Objects that inference must not leave behind in a JVM: native objects, off-heap memory, threads.
 */
public final class Leftovers {
  private static final long PATIENCE_MILLIS = 30_000;

  private final int handles = Native.liveHandles();
  private final List<String> threads = threads();

  /**
   * Fails if there is more than when this object was made; what ends a moment later is waited for.
   */
  public void assertNone() throws InterruptedException {
    eventually(handles, Native::liveHandles, "native objects");
    eventually(0L, () -> JvmMemory.root().getAllocatedMemory(), "bytes of off-heap memory");
    eventually(threads, Leftovers::threads, "threads");
  }

  /** Waits until it holds, or fails. */
  public static <T> void eventually(T expected, Supplier<T> actual, String what)
      throws InterruptedException {
    long until = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (!expected.equals(actual.get()) && System.currentTimeMillis() < until) {
      Thread.sleep(50);
    }
    assertEquals(expected, actual.get(), what);
  }

  private static List<String> threads() {
    Thread[] all = new Thread[Thread.activeCount() * 2 + 100];
    int count = Thread.enumerate(all);
    return Stream.of(all)
        .limit(count)
        .map(Thread::getName)
        .filter(name -> name.startsWith("secmoe-"))
        .sorted()
        .toList();
  }
}
