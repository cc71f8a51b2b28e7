// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the bytes that one side sends and receives, by layer and step. Bytes are message bytes
 * plus frame headers. A round is a change from receiving to sending or back, halved, so a request
 * with its answer is one. Work that is done {@link #ahead} of need is counted where it happens, and
 * also separately. Not thread-safe: one conversation, one thread.
 */
public final class Meter {
  /**
   * The counts of one step of one layer.
   *
   * @param all everything that travelled and was computed
   * @param ahead the part of it that was made ahead of need
   */
  public record Entry(String layer, String step, Counts all, Counts ahead) {}

  /**
   * The counts of a phase. Rounds made ahead of need are those that the phase would not have had
   * without it.
   *
   * @param sent bytes sent, frame headers included
   * @param received bytes received, frame headers included
   * @param frames frames both ways, each with a header of {@link FrameHeader#SIZE} bytes
   * @param rounds requests with their answers
   * @param seconds wall time spent inside the phase
   * @param cpuSeconds CPU time of the process in that time
   */
  public record Counts(
      long sent, long received, long frames, double rounds, double seconds, double cpuSeconds) {}

  private static final class Tally {
    long sent;
    long received;
    long frames;
    long turns;
    long nanos;
    long cpu;

    Counts counts() {
      return new Counts(sent, received, frames, turns / 2.0, nanos * 1e-9, cpu * 1e-9);
    }
  }

  private static final class Phase {
    final Tally all = new Tally();
    final Tally ahead = new Tally();

    Entry entry(List<String> key) {
      return new Entry(key.get(0), key.get(1), all.counts(), ahead.counts());
    }
  }

  private static final com.sun.management.OperatingSystemMXBean OS =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Map<List<String>, Phase> phases = new LinkedHashMap<>();
  private Phase current;
  private List<String> key = List.of("session", "other");
  private boolean isAhead;
  private long since;
  private long cpuSince;
  private int direction;
  private int directionWithoutAhead;

  public Meter() {
    enter("session", "other");
  }

  /** Counts everything for this step of this layer from now on. */
  public void enter(String layer, String step) {
    settle();
    key = List.of(layer, step);
    current = phases.computeIfAbsent(key, k -> new Phase());
  }

  /** Returns the layer that counts now. */
  public String layer() {
    return key.get(0);
  }

  /** Returns the step that counts now. */
  public String step() {
    return key.get(1);
  }

  /** Counts everything for another step of the present layer from now on. */
  public void step(String step) {
    enter(key.get(0), step);
  }

  /**
   * Runs work that fills a stock for later use. Its counts also count as made ahead of need. Not to
   * be nested.
   */
  public void ahead(Runnable work) {
    settle();
    isAhead = true;
    try {
      work.run();
    } finally {
      settle();
      isAhead = false;
    }
  }

  /**
   * Counts the next message as a turn whichever way it goes, so that a protocol has the same rounds
   * after any other.
   */
  public void startRound() {
    direction = 0;
    directionWithoutAhead = 0;
  }

  void sent(long bytes) {
    current.all.sent += bytes;
    current.ahead.sent += isAhead ? bytes : 0;
    frame(1);
  }

  void received(long bytes) {
    current.all.received += bytes;
    current.ahead.received += isAhead ? bytes : 0;
    frame(-1);
  }

  private void frame(int to) {
    current.all.frames++;
    current.ahead.frames += isAhead ? 1 : 0;
    if (direction != to) {
      current.all.turns++;
      current.ahead.turns++;
      direction = to;
    }
    if (!isAhead && directionWithoutAhead != to) {
      current.ahead.turns--;
      directionWithoutAhead = to;
    }
  }

  private void settle() {
    long now = System.nanoTime();
    long cpuNow = OS.getProcessCpuTime();
    if (current != null) {
      current.all.nanos += now - since;
      current.all.cpu += cpuNow - cpuSince;
      current.ahead.nanos += isAhead ? now - since : 0;
      current.ahead.cpu += isAhead ? cpuNow - cpuSince : 0;
    }
    since = now;
    cpuSince = cpuNow;
  }

  /** Returns all phases in order of first entry. */
  public List<Entry> entries() {
    settle();
    List<Entry> out = new ArrayList<>();
    phases.forEach(
        (k, phase) -> {
          if (phase.all.sent + phase.all.received > 0 || phase.all.nanos > 1_000_000) {
            out.add(phase.entry(k));
          }
        });
    return out;
  }

  public long totalSent() {
    return phases.values().stream().mapToLong(p -> p.all.sent).sum();
  }

  public long totalReceived() {
    return phases.values().stream().mapToLong(p -> p.all.received).sum();
  }
}
