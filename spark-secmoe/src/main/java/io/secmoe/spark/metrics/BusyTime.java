// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.util.ArrayDeque;

/**
 * Measures the time in which at least one attempt was running. Overlapping attempts count once, and
 * the time between two queries does not count.
 */
final class BusyTime {
  private static final int KEPT = 64;

  /** Disjoint spans {from, to} in order of time; older ones are in {@code before}. */
  private final ArrayDeque<long[]> spans = new ArrayDeque<>();

  private long before;

  /** Adds a span. Spans come in the order of their ends. */
  void add(long from, long to) {
    long[] span = {from, to};
    while (!spans.isEmpty() && spans.getLast()[1] >= span[0]) {
      long[] last = spans.removeLast();
      span = new long[] {Math.min(last[0], span[0]), Math.max(last[1], span[1])};
    }
    spans.addLast(span);
    if (spans.size() > KEPT) {
      long[] oldest = spans.removeFirst();
      before += oldest[1] - oldest[0];
    }
  }

  long millis() {
    return before + spans.stream().mapToLong(span -> span[1] - span[0]).sum();
  }
}
