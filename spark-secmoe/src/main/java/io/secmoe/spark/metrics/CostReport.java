// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The cost of an inference, summed over its successful attempts by layer and step, as the client's
 * meters counted it. Figures are public.
 */
public final class CostReport {
  private final List<AttemptReport> lost;
  private final List<Cost> costs;
  private final Figures figures;

  /**
   * @param reports reports of all attempts, in any order
   */
  public CostReport(List<AttemptReport> reports) {
    this(sum(reports), reports.stream().filter(report -> !report.succeeded()).toList());
  }

  /**
   * @param lost reports of lost attempts to list, perhaps not all of them
   */
  CostReport(Sums sums, List<AttemptReport> lost) {
    this.lost = List.copyOf(lost);
    this.costs = sums.costs();
    this.figures = sums.figures();
  }

  private static Sums sum(List<AttemptReport> reports) {
    Sums sums = new Sums();
    reports.stream()
        .sorted(Comparator.comparingLong(report -> report.times().ended()))
        .forEach(sums::add);
    return sums;
  }

  /**
   * Returns sums over successful attempts, one per layer and step, in the order of the
   * conversation.
   */
  public List<Cost> costs() {
    return costs;
  }

  public Figures figures() {
    return figures;
  }

  /** Returns the number of successful attempts. */
  public int attempts() {
    return figures.batches();
  }

  /** Returns the rows in successful attempts. */
  public long rows() {
    return figures.rows();
  }

  /**
   * Returns the seconds from the first request for a ticket to the end of the last attempt. Waiting
   * counts, Spark's start does not. 0 without attempts.
   */
  public double wallSeconds() {
    return figures.wallSeconds();
  }

  /** Returns the sum over everything. */
  public Cost total() {
    return costs.stream().reduce(Cost.NOTHING, Cost::plus);
  }

  /**
   * Returns a table in fixed-width letters: one line per layer and step, the total, and the mean of
   * an attempt.
   */
  public String table() {
    Cost total = total();
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"layer", "step", "to server", "to client", "rounds", "seconds"});
    costs.forEach(cost -> lines.add(line(cost, 1)));
    lines.add(line(total, 1));
    if (attempts() > 1) {
      lines.add(
          line(
              new Cost(
                  "mean of an attempt",
                  "",
                  total.toServer(),
                  total.toClient(),
                  total.rounds(),
                  total.seconds()),
              attempts()));
    }
    StringBuilder out =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "Cost of %s in %s, summed, as the client measured it; seconds include waiting for"
                    + " the peer%n%n",
                Units.count(rows(), "row"),
                Units.count(attempts(), "attempt")));
    align(lines, costs.size() + 1, out);
    if (figures.lost() > 0) {
      out.append(
          String.format(
              Locale.ROOT,
              "%nNot counted above, lost: %d, %s%n",
              figures.lost(),
              Units.bytes(figures.lostBytes())));
      lost.forEach(
          report ->
              out.append(
                  String.format(
                      Locale.ROOT,
                      "  partition %d, batch %d, epoch %d: %s%n",
                      report.batch().partition(),
                      report.batch().index(),
                      report.epoch(),
                      report.loss())));
    }
    return out.toString();
  }

  private static String[] line(Cost cost, int by) {
    return new String[] {
      cost.layer(),
      cost.step(),
      Units.bytes((double) cost.toServer() / by),
      Units.bytes((double) cost.toClient() / by),
      String.format(Locale.ROOT, "%,.1f", cost.rounds() / by),
      String.format(Locale.ROOT, "%,.2f", cost.seconds() / by)
    };
  }

  /**
   * Aligns names to the left and figures to the right, with a rule under the head and one above the
   * sums.
   */
  private static void align(List<String[]> lines, int sums, StringBuilder out) {
    int[] widths = new int[lines.get(0).length];
    for (String[] line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    int full = 2 * (widths.length - 1);
    for (int width : widths) {
      full += width;
    }
    for (int row = 0; row < lines.size(); row++) {
      if (row == 1 || row == sums) {
        out.append("-".repeat(full)).append(System.lineSeparator());
      }
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        text.append(i == 0 ? "" : "  ")
            .append(String.format("%" + (i < 2 ? "-" : "") + widths[i] + "s", lines.get(row)[i]));
      }
      out.append(text.toString().stripTrailing()).append(System.lineSeparator());
    }
  }
}
