// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochLedgerTest {
  private final UUID session = UUID.randomUUID();
  private final UUID run = UUID.randomUUID();

  private Attempt grant(EpochLedger ledger, UUID ofRun, int partition, int batch) {
    return ledger.grant(new BatchId(session, ofRun, partition, batch), 10, 1);
  }

  @Test
  void epochsOfABatchRiseAndThoseOfOthersAreTheirOwn() {
    EpochLedger ledger = new EpochLedger();
    assertEquals(new Attempt(session, run, 2, 3, 1, 10, 1), grant(ledger, run, 2, 3));
    assertEquals(1, grant(ledger, run, 2, 4).epoch());
    assertEquals(1, grant(ledger, run, 1, 3).epoch());
    assertEquals(1, grant(ledger, UUID.randomUUID(), 2, 3).epoch());
    assertEquals(2, grant(ledger, run, 2, 3).epoch());
  }

  @Test
  void epochsRiseAlsoAfterTheirRunWasForgotten() {
    EpochLedger ledger = new EpochLedger(3, 1000);
    long old = 0;
    for (int i = 0; i < 5; i++) {
      old = grant(ledger, run, 0, 0).epoch();
    }
    for (int i = 0; i < 3; i++) {
      grant(ledger, UUID.randomUUID(), 0, 0);
    }
    assertEquals(3, ledger.runs());
    assertTrue(grant(ledger, run, 0, 0).epoch() > old);
  }

  @Test
  void aRunInUseIsForgottenLast() {
    EpochLedger ledger = new EpochLedger(2, 1000);
    for (int i = 1; i <= 10; i++) {
      assertEquals(
          i,
          grant(ledger, run, 0, 0).epoch(),
          "it would begin above the others' epochs if it had been forgotten");
      UUID other = UUID.randomUUID();
      for (int k = 0; k < 5; k++) {
        grant(ledger, other, 0, 0);
      }
    }
  }

  @Test
  void memoryIsBoundedWithinOneRun() {
    EpochLedger ledger = new EpochLedger(3, 100);
    for (int i = 0; i < 1000; i++) {
      grant(ledger, run, i, 0);
    }
    assertTrue(
        grant(ledger, run, 0, 0).epoch() > 1, "partition 0 was forgotten, its epoch still rises");
  }

  @Test
  void threadsNeverGetTheSameEpoch() {
    EpochLedger ledger = new EpochLedger();
    Set<Long> seen = ConcurrentHashMap.newKeySet();
    IntStream.range(0, 2000)
        .parallel()
        .forEach(i -> assertTrue(seen.add(grant(ledger, run, 0, 0).epoch())));
    assertEquals(2000, seen.size());
  }
}
