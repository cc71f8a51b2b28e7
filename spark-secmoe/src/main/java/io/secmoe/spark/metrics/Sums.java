// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The costs of attempts together, the successful and the lost ones apart. This is the one place
 * where reports are summed up: console, Spark UI and the table at the end show its figures. Its
 * size depends on the model, not on the number of attempts. Not thread-safe.
 */
final class Sums {
  private final Map<List<String>, Cost> costs = new LinkedHashMap<>();
  private final BusyTime busy = new BusyTime();
  private int batches;
  private long rows;
  private long capacity;
  private long first = Long.MAX_VALUE;
  private long last;
  private int lost;
  private long lostBytes;

  void add(AttemptReport report) {
    if (!report.succeeded()) {
      lost++;
      lostBytes += report.total().bytes();
      return;
    }
    report
        .costs()
        .forEach(cost -> costs.merge(List.of(cost.layer(), cost.step()), cost, Cost::plus));
    busy.add(report.times().started(), report.times().ended());
    batches++;
    rows += report.rows();
    capacity += report.batch().capacity();
    first = Math.min(first, report.times().started());
    last = Math.max(last, report.times().ended());
  }

  /** Returns one cost per layer and step, in the order of the conversation. */
  List<Cost> costs() {
    return List.copyOf(costs.values());
  }

  /** Returns the present figures. */
  Figures figures() {
    Cost total = costs.values().stream().reduce(Cost.NOTHING, Cost::plus);
    return new Figures(
        batches,
        rows,
        capacity == 0 ? 0 : (double) rows / capacity,
        total,
        batches == 0 ? 0 : (last - first) * 1e-3,
        busy.millis() * 1e-3,
        lost,
        lostBytes);
  }
}
