package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  @Test
  void clientsThatTakeAllTheyCanGetStillLeaveOneToTheNext() {
    FairShare share = new FairShare(8);
    for (int client = 0; client < 8; client++) {
      assertTrue(fill(share, "client " + client) >= 1, "client " + client);
    }
    assertEquals(8, share.taken());
    assertFalse(share.take("one too many"));
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
