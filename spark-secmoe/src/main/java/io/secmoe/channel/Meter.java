package io.secmoe.channel;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts what one side sends and receives, by layer and step. Bytes are message bytes plus frame headers. A round is a change
 * from receiving to sending or back, halved: a request with its answer is one. Not thread-safe: one conversation, one thread.
 */
public final class Meter {
  /** Figures of one (layer, step); seconds are wall and process CPU time spent inside the phase. */
  public record Entry(String layer, String step, long sent, long received, double rounds, double seconds, double cpuSeconds) {}

  private static final class Tally {
    long sent;
    long received;
    long turns;
    long nanos;
    long cpu;
  }

  private static final com.sun.management.OperatingSystemMXBean OS =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Map<List<String>, Tally> tallies = new LinkedHashMap<>();
  private Tally current;
  private List<String> key = List.of("session", "other");
  private long since;
  private long cpuSince;
  private int direction;

  public Meter() {
    enter("session", "other");
  }

  /** From now on everything counts for this step of this layer. */
  public void enter(String layer, String step) {
    settle();
    key = List.of(layer, step);
    current = tallies.computeIfAbsent(key, k -> new Tally());
  }

  /** The layer that counts now. */
  public String layer() {
    return key.get(0);
  }

  /** The step that counts now. */
  public String step() {
    return key.get(1);
  }

  /** From now on everything counts for another step of the present layer. */
  public void step(String step) {
    enter(key.get(0), step);
  }

  void sent(long bytes) {
    current.sent += bytes;
    turn(1);
  }

  void received(long bytes) {
    current.received += bytes;
    turn(-1);
  }

  private void turn(int to) {
    if (direction != to) {
      current.turns++;
      direction = to;
    }
  }

  private void settle() {
    long now = System.nanoTime();
    long cpuNow = OS.getProcessCpuTime();
    if (current != null) {
      current.nanos += now - since;
      current.cpu += cpuNow - cpuSince;
    }
    since = now;
    cpuSince = cpuNow;
  }

  /** All phases in order of first entry. */
  public List<Entry> entries() {
    settle();
    List<Entry> out = new ArrayList<>();
    tallies.forEach((k, t) -> {
      if (t.sent + t.received > 0 || t.nanos > 1_000_000) {
        out.add(new Entry(k.get(0), k.get(1), t.sent, t.received, t.turns / 2.0, t.nanos * 1e-9, t.cpu * 1e-9));
      }
    });
    return out;
  }

  public long totalSent() {
    return tallies.values().stream().mapToLong(t -> t.sent).sum();
  }

  public long totalReceived() {
    return tallies.values().stream().mapToLong(t -> t.received).sum();
  }
}
