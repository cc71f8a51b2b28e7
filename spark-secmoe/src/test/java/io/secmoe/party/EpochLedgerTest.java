package io.secmoe.party;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochLedgerTest {
  private final UUID session = UUID.randomUUID();
  private final UUID run = UUID.randomUUID();

  private static void stale(EpochLedger ledger, Attempt attempt) {
    RefusedException e = assertThrows(RefusedException.class, () -> ledger.check(attempt));
    assertEquals(RefusedException.Reason.STALE_EPOCH, e.reason());
    assertTrue(e.getMessage().contains("stale"), e.getMessage());
  }

  @Test
  void aNewAttemptFencesTheOlderOnesOfItsBatchOnly() {
    EpochLedger ledger = new EpochLedger();
    Attempt first = ledger.grant(session, run, 0, 0, 10, 1);
    Attempt neighbour = ledger.grant(session, run, 0, 1, 10, 1);
    Attempt second = ledger.grant(session, run, 0, 0, 10, 1);
    assertTrue(second.epoch() > first.epoch());
    stale(ledger, first);
    assertDoesNotThrow(() -> ledger.check(second));
    assertDoesNotThrow(() -> ledger.check(neighbour));
  }

  @Test
  void anEpochThatWasNeverGrantedIsStale() {
    EpochLedger ledger = new EpochLedger();
    ledger.grant(session, run, 0, 0, 10, 1);
    stale(ledger, new Attempt(session, run, 0, 0, 99, 10, 1));
    stale(ledger, new Attempt(session, UUID.randomUUID(), 0, 0, 1, 10, 1));
  }

  @Test
  void epochsRiseAlsoAfterTheirRunWasForgotten() {
    EpochLedger ledger = new EpochLedger(3, 1000);
    Attempt old = null;
    for (int i = 0; i < 5; i++) {
      old = ledger.grant(session, run, 0, 0, 10, 1);
    }
    for (int i = 0; i < 3; i++) {
      ledger.grant(session, UUID.randomUUID(), 0, 0, 10, 1);
    }
    assertEquals(3, ledger.runs());
    stale(ledger, old);
    assertTrue(ledger.grant(session, run, 0, 0, 10, 1).epoch() > old.epoch());
    ledger.forget(session, run);
    assertTrue(ledger.grant(session, run, 0, 0, 10, 1).epoch() > old.epoch() + 1);
  }

  @Test
  void aRunInUseIsForgottenLast() {
    EpochLedger ledger = new EpochLedger(2, 1000);
    Attempt used = ledger.grant(session, run, 0, 0, 10, 1);
    for (int i = 0; i < 10; i++) {
      ledger.grant(session, UUID.randomUUID(), 0, 0, 10, 1);
      ledger.check(used);
    }
  }

  @Test
  void memoryIsBoundedWithinOneRun() {
    EpochLedger ledger = new EpochLedger(3, 100);
    long last = 0;
    for (int i = 0; i < 1000; i++) {
      Attempt attempt = ledger.grant(session, run, i, 0, 1, 1);
      ledger.check(attempt);
      last = Math.max(last, attempt.epoch());
    }
    assertTrue(ledger.grant(session, run, 0, 0, 1, 1).epoch() > 1, "partition 0 was forgotten, its epoch still rises");
  }

  @Test
  void threadsNeverGetTheSameEpoch() {
    EpochLedger ledger = new EpochLedger();
    Set<Long> seen = ConcurrentHashMap.newKeySet();
    IntStream.range(0, 2000).parallel().forEach(i -> assertTrue(seen.add(ledger.grant(session, run, 0, 0, 1, 1).epoch())));
    assertEquals(2000, seen.size());
  }
}
