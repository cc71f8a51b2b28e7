// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairShareTest {
  private static int fill(FairShare share, String client) {
    int got = 0;
    while (share.take(client)) {
      got++;
    }
    return got;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 2", "512, 256"})
  void aClientAloneGetsHalf(int places, int got) {
    assertEquals(got, fill(new FairShare(places), "one"));
  }

  /**
   * Each takes half of what the others before it left; when nothing is free, one is left to each.
   */
  @Test
  void aClientThatHoldsNoneAlwaysGetsOne() {
    FairShare share = new FairShare(8);
    int[] got = IntStream.range(0, 20).map(client -> fill(share, "client " + client)).toArray();
    assertArrayEquals(new int[] {4, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, got);
    assertEquals(24, share.taken());
  }

  @Test
  void clientsThatGiveBackAndTakeAgainComeToHoldEquallyMany() {
    FairShare share = new FairShare(100);
    int[] held = new int[4];
    for (int client = 0; client < held.length; client++) {
      held[client] = fill(share, "client " + client);
    }
    for (int round = 0; round < 100; round++) {
      for (int client = 0; client < held.length; client++) {
        share.giveBack("client " + client);
        held[client] += fill(share, "client " + client) - 1;
      }
    }
    for (int each : held) {
      assertTrue(each >= 19 && each <= 21, Arrays.toString(held));
    }
  }

  @Test
  void clientsThatAskInTurnGetEquallyMany() {
    FairShare share = new FairShare(100);
    int[] got = new int[4];
    for (int i = 0; i < 400; i++) {
      got[i % 4] += share.take("client " + i % 4) ? 1 : 0;
    }
    for (int each : got) {
      assertEquals(20, each);
    }
  }

  @Test
  void whatIsGivenBackMayBeTakenAgain() {
    FairShare share = new FairShare(4);
    for (int i = 0; i < 10; i++) {
      assertEquals(2, fill(share, "one"));
      share.giveBack("one");
      share.giveBack("one");
      assertEquals(0, share.taken());
    }
  }
}
