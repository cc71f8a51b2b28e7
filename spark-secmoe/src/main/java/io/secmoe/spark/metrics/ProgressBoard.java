package io.secmoe.spark.metrics;

import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Where an inference stands, out of what its tasks tell. Thread-safe. */
public final class ProgressBoard {
  private static final int SHOWN = 4;

  private final TreeMap<Integer, Progress.Event> working = new TreeMap<>();
  private long started;
  private int batches;
  private long rows;
  private long bytes;
  private int lost;

  public synchronized void hear(Progress progress) {
    if (started == 0) {
      started = System.nanoTime();
    }
    working.put(progress.partition(), progress.event());
    if (progress.event() instanceof Progress.Done done) {
      working.remove(progress.partition());
      batches++;
      rows += done.rows();
      bytes += done.bytes();
    } else if (progress.event() instanceof Progress.Lost) {
      lost++;
    }
  }

  /** One line for a person; the same text until something changes. */
  public synchronized String line() {
    long moving = working.values().stream().mapToLong(e -> e instanceof Progress.Running running ? running.bytes() : 0).sum();
    double seconds = started == 0 ? 1 : Math.max(1e-3, (System.nanoTime() - started) * 1e-9);
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%,d %s done, %,d rows (%.1f/s), %s", batches,
        batches == 1 ? "batch" : "batches", rows, rows / seconds,
        Units.bytes(bytes + moving)));
    if (lost > 0) {
      line.append(", ").append(lost).append(lost == 1 ? " attempt lost" : " attempts lost");
    }
    if (!working.isEmpty()) {
      line.append(" | ").append(working.entrySet().stream().limit(SHOWN).map(e -> e.getKey() + ": " + text(e.getValue()))
          .collect(Collectors.joining(", ")));
      if (working.size() > SHOWN) {
        line.append(", … ").append(working.size() - SHOWN).append(" more");
      }
    }
    return line.toString();
  }

  private static String text(Progress.Event event) {
    if (event instanceof Progress.Queued queued) {
      return "queued (" + queued.position() + ")";
    }
    if (event instanceof Progress.Running running) {
      return running.layer() + " " + running.step();
    }
    return event instanceof Progress.Lost ? "lost, trying again" : "done";
  }
}
