// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MemoryBudgetTest {
  private final MemoryBudget budget = new MemoryBudget(100);

  @Test
  void whatDoesNotFitWaitsUntilThereIsRoom() throws Exception {
    MemoryBudget.Reservation first = budget.reserve(60, () -> false);
    CompletableFuture<MemoryBudget.Reservation> second = later(60, new AtomicBoolean());
    assertThrows(TimeoutException.class, () -> second.get(300, TimeUnit.MILLISECONDS));
    first.close();
    first.close();
    second.get().close();
    assertEquals(0, budget.reserved());
  }

  @Test
  void aSmallOneDoesNotOvertake() throws Exception {
    MemoryBudget.Reservation first = budget.reserve(60, () -> false);
    CompletableFuture<MemoryBudget.Reservation> large = later(60, new AtomicBoolean());
    Thread.sleep(100);
    CompletableFuture<MemoryBudget.Reservation> small = later(10, new AtomicBoolean());
    assertThrows(TimeoutException.class, () -> small.get(300, TimeUnit.MILLISECONDS));
    first.close();
    large.get().close();
    small.get().close();
  }

  @Test
  void whoGivesUpLeavesTheLine() throws Exception {
    MemoryBudget.Reservation first = budget.reserve(60, () -> false);
    AtomicBoolean givenUp = new AtomicBoolean();
    CompletableFuture<MemoryBudget.Reservation> large = later(60, givenUp);
    Thread.sleep(100);
    CompletableFuture<MemoryBudget.Reservation> small = later(10, new AtomicBoolean());
    givenUp.set(true);
    assertNull(large.get());
    small.get().close();
    first.close();
    assertEquals(0, budget.reserved());
  }

  @Test
  void moreThanEverythingIsAnError() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> budget.reserve(101, () -> false))
            .getMessage()
            .contains("101"));
    assertFalse(budget.reserved() > 0);
  }

  @Test
  void tasksOfOneJvmShareOne() {
    assertSame(MemoryBudget.ofThisJvm(123), MemoryBudget.ofThisJvm(123));
  }

  private CompletableFuture<MemoryBudget.Reservation> later(long bytes, AtomicBoolean givenUp) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return budget.reserve(bytes, givenUp::get);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        run -> new Thread(run).start());
  }
}
