// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.channel.Meter;
import io.secmoe.party.ClientParty;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.share.OneHot;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.Locale;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The traffic of selections, measured with silent OT; the plan's estimate chooses well. */
class TopKCostTest {
  private static final int DIFFERENCE_BITS = 20;
  private static TwoParties parties;
  private static int measurements;

  @BeforeAll
  static void open() {
    parties = new TwoParties(Link.MEMORY, Profile.DEFAULT.with(OtExtension.SILENT));
  }

  @AfterAll
  static void close() {
    parties.close();
  }

  /**
   * Costs per token: bits both ways, frame headers included, and correlated OTs; rounds in all.
   * Work made ahead is not counted.
   */
  private record Cost(double bits, double ots, double rounds) {
    double total() {
      return bits + TopKPlan.COT * ots;
    }

    String perCandidate(int experts) {
      return String.format(
          Locale.ROOT,
          "%.1f bits + %.2f COT = %.2f B, %.1f rounds",
          bits / experts,
          ots / experts,
          total() / 8 / experts,
          rounds);
    }
  }

  private static Cost measure(
      int experts,
      int tokens,
      BiFunction<ClientParty, RingVector, AutoCloseable> client,
      BiFunction<ServerParty, RingVector, AutoCloseable> server) {
    Random random = new Random(5);
    Shared x =
        Shared.of(
            Modulus.powerOfTwo(30),
            Shared.values(experts * tokens, 1 << (DIFFERENCE_BITS - 2), random),
            random);
    long before = parties.client().otUse().taken();
    String step = "measurement " + ++measurements;
    parties.client().channel().meter().step(step);
    parties.run(
        c -> {
          try (RingVector a = x.client(c.arena());
              AutoCloseable result = client.apply(c, a)) {
            return null;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        s -> {
          try (RingVector a = x.server(s.arena());
              AutoCloseable result = server.apply(s, a)) {
            return null;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    double ots = parties.client().otUse().taken() - before;
    Meter.Entry entry =
        parties.client().channel().meter().entries().stream()
            .filter(e -> e.step().equals(step))
            .findFirst()
            .orElseThrow();
    Meter.Counts ahead = entry.ahead();
    return new Cost(
        8.0
            * (entry.all().sent() - ahead.sent() + entry.all().received() - ahead.received())
            / tokens,
        ots / tokens,
        entry.all().rounds() - ahead.rounds());
  }

  private static Cost topK(TopKPlan plan, int tokens) {
    return measure(
        plan.experts(), tokens, (c, x) -> TopK.run(c, x, plan), (s, x) -> TopK.run(s, x, plan));
  }

  private static Cost oneHots(int experts, int k, int tokens) {
    return measure(
        experts,
        tokens,
        (c, x) -> {
          try (DigitVector bits = x.digits(c.arena(), 0, 1);
              DigitVector all = bits.repeat(c.arena(), k)) {
            return OneHot.run(c, all, k, experts, c.t());
          }
        },
        (s, x) -> {
          try (DigitVector bits = x.digits(s.arena(), 0, 1);
              DigitVector all = bits.repeat(s.arena(), k)) {
            return OneHot.run(s, all, k, experts, s.t());
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "2,2,2048",
    "8,2,2048",
    "8,3,2048",
    "8,8,1024",
    "64,2,512",
    "64,8,256",
    "128,2,256",
    "128,3,256",
    "128,8,256"
  })
  void thePlanKnowsWhatBothWaysCostAndTakesTheCheaper(int experts, int k, int tokens) {
    TopKPlan network = TopKPlan.network(experts, k, DIFFERENCE_BITS);
    TopKPlan repeated = TopKPlan.repeated(experts, k, DIFFERENCE_BITS);
    Cost byNetwork = topK(network, tokens);
    Cost byTournaments = topK(repeated, tokens);
    Cost oneHots = oneHots(experts, k, tokens);
    System.out.printf(
        "top-%d of %d: network %s; tournaments %s; one-hots into Z_t %s%n",
        k,
        experts,
        byNetwork.perCandidate(experts),
        byTournaments.perCandidate(experts),
        oneHots.perCandidate(experts));
    assertEquals(byNetwork.total(), network.bits(), 0.05 * byNetwork.total());
    assertEquals(byTournaments.total(), repeated.bits(), 0.05 * byTournaments.total());
    Cost chosen =
        TopKPlan.cheapest(experts, k, DIFFERENCE_BITS).network() == null
            ? byTournaments
            : byNetwork;
    assertTrue(chosen.total() <= 1.01 * Math.min(byNetwork.total(), byTournaments.total()));
    assertTrue(
        chosen.total() + oneHots.total() <= 8 * 35 * k * experts,
        "more than 35·k bytes per candidate");
  }

  @ParameterizedTest
  @CsvSource({"8,4096", "128,512"})
  void top1StaysWithin32BytesPerCandidate(int experts, int tokens) {
    Cost top1 =
        measure(
            experts,
            tokens,
            (c, x) -> Top1.run(c, x, experts, DIFFERENCE_BITS),
            (s, x) -> Top1.run(s, x, experts, DIFFERENCE_BITS));
    Cost oneHots = oneHots(experts, 1, tokens);
    System.out.printf(
        "top-1 of %d: %s; one-hot into Z_t %s%n",
        experts, top1.perCandidate(experts), oneHots.perCandidate(experts));
    assertTrue(top1.total() + oneHots.total() <= 8 * 32 * experts);
  }

  /** The two ways cross where the Javadoc of TopK says. */
  @Test
  void tournamentsForOneOrTwoWinnersAndTheNetworkForMore() {
    for (int experts = 2; experts <= 128; experts++) {
      for (int k = 1; k <= Math.min(8, experts); k++) {
        boolean tournaments = TopKPlan.cheapest(experts, k, DIFFERENCE_BITS).network() == null;
        assertEquals(k == 1 || k == 2 && experts >= 5, tournaments, k + " of " + experts);
      }
    }
  }
}
