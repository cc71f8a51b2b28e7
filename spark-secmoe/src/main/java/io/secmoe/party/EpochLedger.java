// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Numbers the attempts at each batch. Epochs per (session, run, partition, batch) rise strictly, so
 * that no two attempts have the same name. It only numbers; the starter of an attempt ends the
 * attempt before. It remembers a bounded number of runs and forgets the one that was idle longest.
 * Later epochs begin above everything forgotten, so that they still rise. Thread-safe.
 */
public final class EpochLedger {
  private record RunKey(UUID session, UUID run) {}

  private record BatchKey(int partition, int batch) {}

  private final int maxRuns;
  private final int maxBatches;
  private final LinkedHashMap<RunKey, Map<BatchKey, Long>> runs =
      new LinkedHashMap<>(16, 0.75f, true);
  private long batches;
  private long floor;

  /** Remembers at most 1,000 runs and a million batches: about 100 MB in the worst case. */
  public EpochLedger() {
    this(1_000, 1_000_000);
  }

  EpochLedger(int maxRuns, int maxBatches) {
    this.maxRuns = maxRuns;
    this.maxBatches = maxBatches;
  }

  /** Returns the next attempt at a batch. */
  public synchronized Attempt grant(BatchId id, int rows, int length) {
    RunKey runKey = new RunKey(id.session(), id.run());
    makeRoom(runKey);
    Map<BatchKey, Long> epochs = runs.computeIfAbsent(runKey, k -> new HashMap<>());
    BatchKey key = new BatchKey(id.partition(), id.batch());
    Long last = epochs.get(key);
    long epoch = (last == null ? floor : last) + 1;
    epochs.put(key, epoch);
    if (last == null) {
      batches++;
    }
    return new Attempt(id.session(), id.run(), id.partition(), id.batch(), epoch, rows, length);
  }

  synchronized int runs() {
    return runs.size();
  }

  /**
   * Drops the runs that were idle longest. Attempts of theirs may go on: later ones still get
   * higher epochs.
   */
  private void makeRoom(RunKey next) {
    while (batches >= maxBatches || runs.size() >= maxRuns && !runs.containsKey(next)) {
      Iterator<Map<BatchKey, Long>> oldest = runs.values().iterator();
      Map<BatchKey, Long> epochs = oldest.next();
      oldest.remove();
      drop(epochs);
    }
  }

  private void drop(Map<BatchKey, Long> epochs) {
    batches -= epochs.size();
    epochs.values().forEach(e -> floor = Math.max(floor, e));
  }
}
