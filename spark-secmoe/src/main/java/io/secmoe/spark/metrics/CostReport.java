package io.secmoe.spark.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What an inference cost, summed over its successful attempts by layer and step, as the client's meters counted it. Figures are public.
 */
public final class CostReport {
  private final List<AttemptReport> good;
  private final List<AttemptReport> lost;
  private final List<Cost> costs;

  /** @param reports of all attempts, in any order */
  public CostReport(List<AttemptReport> reports) {
    good = reports.stream().filter(AttemptReport::succeeded).toList();
    lost = reports.stream().filter(report -> !report.succeeded()).toList();
    Map<List<String>, Cost> sums = new LinkedHashMap<>();
    good.stream().flatMap(report -> report.costs().stream())
        .forEach(cost -> sums.merge(List.of(cost.layer(), cost.step()), cost, Cost::plus));
    costs = List.copyOf(sums.values());
  }

  /** Sums over successful attempts, one per layer and step, in the order of the conversation. */
  public List<Cost> costs() {
    return costs;
  }

  /** Number of successful attempts. */
  public int attempts() {
    return good.size();
  }

  /** Rows in successful attempts. */
  public long rows() {
    return good.stream().mapToLong(AttemptReport::rows).sum();
  }

  /** From the first ask for a ticket to the end of the last attempt: waiting included, Spark's start not. 0 without attempts. */
  public double wallSeconds() {
    ToLongFunction<AttemptReport> started = AttemptReport::started;
    long first = good.stream().mapToLong(started).min().orElse(0);
    long last = good.stream().mapToLong(AttemptReport::ended).max().orElse(0);
    return (last - first) * 1e-3;
  }

  /** The sum over everything. */
  public Cost total() {
    return costs.stream().reduce(new Cost("total", "", 0, 0, 0, 0), Cost::plus);
  }

  /** A table in fixed-width letters: one line per layer and step, the total, and the mean of an attempt. */
  public String table() {
    Cost total = total();
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"layer", "step", "to server", "to client", "rounds", "seconds"});
    costs.forEach(cost -> lines.add(line(cost, 1)));
    lines.add(line(total, 1));
    if (good.size() > 1) {
      lines.add(line(new Cost("mean of an attempt", "", total.toServer(), total.toClient(), total.rounds(), total.seconds()), good.size()));
    }
    StringBuilder out = new StringBuilder(String.format(Locale.ROOT,
        "Cost of %,d rows in %d attempts, summed, as the client measured it; seconds include waiting for the peer%n%n", rows(),
        attempts()));
    align(lines, costs.size() + 1, out);
    if (!lost.isEmpty()) {
      out.append(String.format(Locale.ROOT, "%nNot counted above, lost: %d%n", lost.size()));
      lost.forEach(report -> out.append(String.format(Locale.ROOT, "  partition %d, batch %d, epoch %d: %s%n", report.partition(),
          report.batch(), report.epoch(), report.loss())));
    }
    return out.toString();
  }

  private static String[] line(Cost cost, int by) {
    return new String[] {cost.layer(), cost.step(), Units.bytes((double) cost.toServer() / by), Units.bytes((double) cost.toClient() / by),
        String.format(Locale.ROOT, "%,.1f", cost.rounds() / by), String.format(Locale.ROOT, "%,.2f", cost.seconds() / by)};
  }

  /** Names to the left, figures to the right, a rule under the head and one above the sums. */
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
        text.append(i == 0 ? "" : "  ").append(String.format("%" + (i < 2 ? "-" : "") + widths[i] + "s", lines.get(row)[i]));
      }
      out.append(text.toString().stripTrailing()).append(System.lineSeparator());
    }
  }
}
