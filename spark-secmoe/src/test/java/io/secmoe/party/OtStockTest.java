// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.ring.Modulus;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests how far stocks of correlated OTs are extended, and the costs of that. */
class OtStockTest {
  /** Room for 2^18 correlations in each direction. */
  /** Bytes that a stock's first extension takes once: 9 levels of 1,072 trees. */
  private static final long FIRST_EXTENSION = 9 * 1072 * 16;

  private static final Profile SMALL =
      new Profile(List.of(60, 50, 60, 48), Modulus.T, OtExtension.SILENT, 8L << 20);

  @ParameterizedTest
  @EnumSource(OtExtension.class)
  void whatIsMissingIsMadeInWholeUnits(OtExtension ot) {
    Profile profile = Profile.DEFAULT.with(ot);
    assertEquals(0, OtStock.extension(profile, 1000, 5, 5));
    assertEquals(16384, OtStock.extension(profile, 0, 0, 1));
    assertEquals(ot.unit * 40, OtStock.extension(profile, 0, 100, 100 + 39 * ot.unit + 1));
  }

  @Test
  void onlySilentStocksArePreparedAheadAndStayWithinTheirMemory() {
    assertEquals(
        1 << 16,
        OtStock.extension(Profile.DEFAULT.with(OtExtension.SOFTSPOKEN_4), 1 << 20, 0, 1 << 16));
    long capacity = 1 << 18;
    long made = 0;
    long available = 0;
    Random random = new Random(8);
    for (int i = 0; i < 1000; i++) {
      long wanted = random.nextInt(1 << 17);
      long extension = OtStock.extension(SMALL, made, available, wanted);
      long upTo = Math.max(0, wanted - available) + Math.max(made / 8, 16384) + 4096;
      assertTrue(
          extension == 0 ? available >= wanted : extension <= upTo, extension + " after " + made);
      made += extension;
      available += extension;
      assertTrue(available >= wanted && available <= capacity + 4096, available + " kept");
      available -= wanted;
    }
    // A single step that needs more than the memory has what it needs, and no more.
    assertEquals(3 * capacity, OtStock.extension(SMALL, made, 0, 3 * capacity));
  }

  @ParameterizedTest
  @EnumSource(Link.class)
  void silentStocksFollowBothPartiesThroughManyExtensions(Link link) {
    try (TwoParties parties = new TwoParties(link, SMALL)) {
      long n = 5_000_000;
      parties.run(c -> taken(c.receives(), c.sends(), n), s -> taken(s.sends(), s.receives(), n));
      OtUse client = parties.client().otUse();
      assertEquals(client, parties.server().otUse());
      assertEquals(2 * n, client.taken());
      assertEquals(client.bytesToClient(), client.bytesToServer());
      assertTrue(client.made() >= 2 * n && client.made() < 2.1 * n, client.made() + " made");
      double bits =
          8.0
              * (client.bytesToClient() + client.bytesToServer() - 2 * FIRST_EXTENSION)
              / client.made();
      assertTrue(bits < 0.4, bits + " bits each");
    }
  }

  private static Object taken(OtStock first, OtStock second, long n) {
    Random sizes = new Random(3);
    for (long left = n; left > 0; ) {
      long m = Math.min(left, sizes.nextInt(200_000));
      first.take(m).close();
      second.take(m).close();
      left -= m;
    }
    return null;
  }

  @Test
  void namesAreReadAsTheyAreWritten() {
    for (OtExtension ot : OtExtension.values()) {
      assertEquals(ot, OtExtension.named(ot.label()));
      assertNotEquals(Binding.text(Profile.DEFAULT.with(ot)), Binding.text(SMALL));
    }
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> OtExtension.named("silence"))
            .getMessage()
            .contains("softspoken-1, softspoken-2, softspoken-4, softspoken-8, silent"));
  }
}
