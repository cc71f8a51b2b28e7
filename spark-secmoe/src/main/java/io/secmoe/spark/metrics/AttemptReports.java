// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.util.AccumulatorV2;

/**
 * Collects the reports of all attempts, lost ones included, to the driver. Reports of tasks that
 * fail as a whole do not arrive.
 */
public final class AttemptReports extends AccumulatorV2<AttemptReport, List<AttemptReport>> {
  private static final long serialVersionUID = 1L;

  private final ArrayList<AttemptReport> reports = new ArrayList<>();

  @Override
  public synchronized boolean isZero() {
    return reports.isEmpty();
  }

  @Override
  public synchronized AttemptReports copy() {
    AttemptReports copy = new AttemptReports();
    copy.reports.addAll(reports);
    return copy;
  }

  @Override
  public synchronized void reset() {
    reports.clear();
  }

  @Override
  public synchronized void add(AttemptReport report) {
    reports.add(report);
  }

  @Override
  public synchronized void merge(AccumulatorV2<AttemptReport, List<AttemptReport>> other) {
    reports.addAll(other.value());
  }

  @Override
  public synchronized List<AttemptReport> value() {
    return List.copyOf(reports);
  }
}
