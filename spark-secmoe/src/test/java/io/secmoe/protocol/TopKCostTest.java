package io.secmoe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.channel.Meter;
import io.secmoe.party.ClientParty;
import io.secmoe.party.OtUse;
import io.secmoe.party.ServerParty;
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

/** What selections put on the wire, measured, and that the plan's estimate chooses well. */
class TopKCostTest {
  private static final int DIFFERENCE_BITS = 20;
  private static TwoParties parties;

  @BeforeAll
  static void open() {
    parties = new TwoParties(Link.MEMORY);
  }

  @AfterAll
  static void close() {
    parties.close();
  }

  /** Per token: bits both ways without extension and frame headers' share, correlated OTs, and rounds in all. */
  private record Cost(double bits, double ots, double rounds) {
    double total() {
      return bits + TopKPlan.COT * ots;
    }

    String perCandidate(int experts) {
      return String.format(Locale.ROOT, "%.1f bits + %.2f COT = %.2f B, %.1f rounds", bits / experts, ots / experts,
          total() / 8 / experts, rounds);
    }
  }

  private static Cost measure(int experts, int tokens, BiFunction<ClientParty, RingVector, AutoCloseable> client,
      BiFunction<ServerParty, RingVector, AutoCloseable> server) {
    Random random = new Random(5);
    Shared x = Shared.of(Modulus.powerOfTwo(30), Shared.values(experts * tokens, 1 << (DIFFERENCE_BITS - 2), random), random);
    OtUse before = parties.client().otUse();
    parties.client().channel().meter().enter("cost", "" + random.nextLong() + System.nanoTime());
    String step = parties.client().channel().meter().step();
    parties.run(c -> {
      try (RingVector a = x.client(c.arena()); AutoCloseable result = client.apply(c, a)) {
        return null;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }, s -> {
      try (RingVector a = x.server(s.arena()); AutoCloseable result = server.apply(s, a)) {
        return null;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
    OtUse after = parties.client().otUse();
    Meter.Entry entry = parties.client().channel().meter().entries().stream().filter(e -> e.step().equals(step)).findFirst().orElseThrow();
    long extension = after.bytesToServer() + after.bytesToClient() - before.bytesToServer() - before.bytesToClient();
    return new Cost(8.0 * (entry.sent() + entry.received() - extension) / tokens, (after.taken() - before.taken()) / (double) tokens,
        entry.rounds());
  }

  private static Cost topK(TopKPlan plan, int tokens) {
    return measure(plan.experts(), tokens, (c, x) -> TopK.client(c, x, plan), (s, x) -> TopK.server(s, x, plan));
  }

  private static Cost compare(int bits, int tokens) {
    return measure(1, tokens, (c, x) -> {
      try (RingVector narrow = x.reduce(c.arena(), Modulus.powerOfTwo(bits))) {
        return Compare.client(c, narrow);
      }
    }, (s, x) -> {
      try (RingVector narrow = x.reduce(s.arena(), Modulus.powerOfTwo(bits))) {
        return Compare.server(s, narrow);
      }
    });
  }

  private static Cost oneHots(int experts, int k, int tokens) {
    return measure(experts, tokens, (c, x) -> {
      try (io.secmoe.ring.DigitVector bits = x.digits(c.arena(), 0, 1); io.secmoe.ring.DigitVector all = bits.repeat(c.arena(), k)) {
        return OneHot.client(c, all, k, experts, c.t());
      }
    }, (s, x) -> {
      try (io.secmoe.ring.DigitVector bits = x.digits(s.arena(), 0, 1); io.secmoe.ring.DigitVector all = bits.repeat(s.arena(), k)) {
        return OneHot.server(s, all, k, experts, s.t());
      }
    });
  }

  @ParameterizedTest
  @CsvSource({"8,1,4096", "128,1,512", "2,2,2048", "8,2,2048", "8,3,2048", "8,8,1024", "64,2,512", "64,8,256", "128,2,256", "128,3,256", "128,8,128"})
  void figures(int experts, int k, int tokens) {
    Cost network = topK(TopKPlan.network(experts, k, DIFFERENCE_BITS), tokens);
    Cost repeated = topK(TopKPlan.repeated(experts, k, DIFFERENCE_BITS), tokens);
    Cost oneHots = oneHots(experts, k, tokens);
    System.out.printf("(%d,%d)%n  network  %s, plan %.2f B%n  repeated %s, plan %.2f B%n  one-hots %s%n", experts, k, network.perCandidate(experts),
        TopKPlan.network(experts, k, DIFFERENCE_BITS).bits() / 8 / experts, repeated.perCandidate(experts),
        TopKPlan.repeated(experts, k, DIFFERENCE_BITS).bits() / 8 / experts, oneHots.perCandidate(experts));
  }

  @Test
  void comparing() {
    for (int bits : new int[] {4, 8, 21, 22, 28}) {
      System.out.println("compare " + bits + ": " + compare(bits, 1 << 15).perCandidate(1));
    }
  }
}
