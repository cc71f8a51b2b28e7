// SPDX-License-Identifier: Apache-2.0
package io.secmoe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/**
 * Tests the meter: work made ahead of need is part of every figure, and is also counted separately.
 */
class MeterTest {
  private final Meter meter = new Meter();

  private Meter.Entry entry() {
    return meter.entries().stream()
        .filter(e -> e.layer().equals("layer"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void roundsAreThoseWithoutWhatIsMadeAhead() {
    meter.enter("layer", "step");
    meter.sent(100);
    meter.ahead(() -> meter.received(1000));
    meter.sent(50);
    meter.received(10);
    assertEquals(2, entry().all().rounds());
    assertEquals(1, entry().ahead().rounds());
    assertEquals(150, entry().all().sent());
    assertEquals(1010, entry().all().received());
    assertEquals(4, entry().all().frames());
    assertEquals(0, entry().ahead().sent());
    assertEquals(1000, entry().ahead().received());
    assertEquals(1, entry().ahead().frames());
  }

  @Test
  void whatGoesTheSameWayCostsNoRound() {
    meter.enter("layer", "step");
    meter.ahead(() -> meter.sent(1000));
    meter.sent(100);
    meter.received(10);
    assertEquals(1, entry().all().rounds());
    assertEquals(0, entry().ahead().rounds());
  }

  @Test
  void aRoundMayStartEitherWay() {
    meter.received(1);
    meter.enter("layer", "step");
    meter.received(1);
    assertEquals(0, entry().all().rounds());
    meter.startRound();
    meter.received(1);
    assertEquals(0.5, entry().all().rounds());
  }
}
