package io.secmoe.party;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The server's memory of which attempt at a batch is the youngest: epochs per (session, run, partition, batch) rise strictly, and an
 * older attempt is fenced. Remembers a bounded number of runs and forgets the one that was idle longest; the epochs of what
 * comes after begin above everything forgotten, so that they still rise. Thread-safe.
 */
public final class EpochLedger {
  private record RunKey(UUID session, UUID run) {}

  private record BatchKey(int partition, int batch) {}

  private final int maxRuns;
  private final int maxBatches;
  private final LinkedHashMap<RunKey, Map<BatchKey, Long>> runs = new LinkedHashMap<>(16, 0.75f, true);
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

  /** The next attempt at a batch; every earlier one is stale from now on. */
  public synchronized Attempt grant(UUID session, UUID run, int partition, int batch, int rows, int length) {
    RunKey runKey = new RunKey(session, run);
    makeRoom(runKey);
    Map<BatchKey, Long> epochs = runs.computeIfAbsent(runKey, k -> new HashMap<>());
    BatchKey key = new BatchKey(partition, batch);
    Long last = epochs.get(key);
    long epoch = (last == null ? floor : last) + 1;
    epochs.put(key, epoch);
    if (last == null) {
      batches++;
    }
    return new Attempt(session, run, partition, batch, epoch, rows, length);
  }

  /**
   * Passes if the attempt is the youngest at its batch.
   *
   * @throws RefusedException STALE_EPOCH
   */
  public synchronized void check(Attempt attempt) {
    Map<BatchKey, Long> epochs = runs.get(new RunKey(attempt.session(), attempt.run()));
    Long last = epochs == null ? null : epochs.get(new BatchKey(attempt.partition(), attempt.batch()));
    if (last == null || last != attempt.epoch()) {
      throw new RefusedException(RefusedException.Reason.STALE_EPOCH, "attempt " + attempt + " is stale: "
          + (last == null ? "the server no longer knows its run" : "the youngest epoch is " + last) + "; ask for a new ticket");
    }
  }

  /** Forgets a run that is over. */
  public synchronized void forget(UUID session, UUID run) {
    drop(runs.remove(new RunKey(session, run)));
  }

  synchronized int runs() {
    return runs.size();
  }

  /** Drops the runs that were idle longest; attempts of theirs that still go on turn stale and are asked for again. */
  private void makeRoom(RunKey next) {
    while (batches >= maxBatches || runs.size() >= maxRuns && !runs.containsKey(next)) {
      Iterator<Map<BatchKey, Long>> oldest = runs.values().iterator();
      Map<BatchKey, Long> epochs = oldest.next();
      oldest.remove();
      drop(epochs);
    }
  }

  private void drop(Map<BatchKey, Long> epochs) {
    if (epochs != null) {
      batches -= epochs.size();
      epochs.values().forEach(e -> floor = Math.max(floor, e));
    }
  }
}
