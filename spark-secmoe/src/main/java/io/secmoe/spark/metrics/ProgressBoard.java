// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The progress of an application's inference, from its tasks' messages. The driver has one. It
 * keeps sums, the batches in progress, and the last attempts, so its size is bounded. Thread-safe.
 */
public final class ProgressBoard {
  private static final int KEPT = 100;
  private static final int SHOWN = 4;

  /** The latest message about each task's present batch, in order. */
  private final TreeMap<BatchPlace, Progress> working = new TreeMap<>(BatchPlace.ORDER);

  private final ArrayDeque<Progress> ended = new ArrayDeque<>();
  private final Sums sums = new Sums();

  /**
   * The board at one moment.
   *
   * @param working the latest messages about batches that are not done, by stage and partition
   * @param ended the last attempts that ended, each {@link Progress.Done} or {@link Progress.Lost},
   *     the latest first
   * @param costs costs of all attempts
   */
  public record View(List<Progress> working, List<Progress> ended, CostReport costs) {
    /** Returns the number of batches that wait for the server. */
    public int queued() {
      return (int)
          working.stream().filter(progress -> progress.event() instanceof Progress.Queued).count();
    }
  }

  public synchronized void hear(Progress progress) {
    working.remove(progress.place());
    if (progress.event() instanceof Progress.Done done) {
      end(progress, done.report());
      return;
    }
    working.put(progress.place(), progress);
    if (progress.event() instanceof Progress.Lost lost) {
      end(progress, lost.report());
    }
  }

  private void end(Progress progress, AttemptReport report) {
    sums.add(report);
    ended.addFirst(progress);
    if (ended.size() > KEPT) {
      ended.removeLast();
    }
  }

  /** Removes a task that is over, however it ended. */
  public synchronized void taskEnded(long task) {
    working.keySet().removeIf(place -> place.task() == task);
  }

  public synchronized View view() {
    List<AttemptReport> lost = new ArrayList<>();
    ended.forEach(
        progress -> {
          if (progress.event() instanceof Progress.Lost event) {
            lost.add(0, event.report());
          }
        });
    return new View(List.copyOf(working.values()), List.copyOf(ended), new CostReport(sums, lost));
  }

  /**
   * Describes what was paid for until now: batches that are done, and bytes, those of lost and
   * unfinished attempts included.
   */
  public synchronized String paid() {
    Figures figures = sums.figures();
    return String.format(
        "%s with %s, %s in all",
        Units.count(figures.batches(), "batch"),
        Units.count(figures.rows(), "row"),
        Units.bytes(figures.bytes() + figures.lostBytes() + moving()));
  }

  private long moving() {
    return working.values().stream()
        .mapToLong(p -> p.event() instanceof Progress.Running running ? running.bytes() : 0)
        .sum();
  }

  /** Returns one line for a person. The text stays the same until something changes. */
  public synchronized String line() {
    Figures figures = sums.figures();
    StringBuilder line =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s done, %s (%.1f/s), %s",
                Units.count(figures.batches(), "batch"),
                Units.count(figures.rows(), "row"),
                figures.rowsPerSecond(),
                Units.bytes(figures.bytes() + moving())));
    if (figures.lost() > 0) {
      line.append(", ").append(Units.count(figures.lost(), "attempt")).append(" lost");
    }
    if (!working.isEmpty()) {
      line.append(" | ")
          .append(
              working.values().stream()
                  .limit(SHOWN)
                  .map(p -> p.partition() + ": " + text(p.event()))
                  .collect(Collectors.joining(", ")));
      if (working.size() > SHOWN) {
        line.append(", … ").append(working.size() - SHOWN).append(" more");
      }
    }
    return line.toString();
  }

  private static String text(Progress.Event event) {
    if (event instanceof Progress.Queued queued) {
      return queued.position() == 0
          ? "waiting for a place in the queue"
          : "queued (" + queued.position() + ")";
    }
    if (event instanceof Progress.Away away) {
      return "server away, waiting for " + away.millis() / 1_000 + " s";
    }
    if (event instanceof Progress.Running running) {
      return running.layer() + " " + running.step();
    }
    return event instanceof Progress.Keyed ? "keys" : "lost, trying again";
  }
}
