package io.secmoe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes and rounds of every elementwise protocol are the same for all inputs of one length. */
class TranscriptTest {
  @ParameterizedTest
  @EnumSource(Operation.class)
  void dependsOnTheLengthOnly(Operation operation) {
    List<String> first = transcript(operation, 500, 1);
    assertEquals(first, transcript(operation, 500, 2));
    assertNotEquals(first, transcript(operation, 9000, 1));
  }

  private static List<String> transcript(Operation operation, int n, long seed) {
    Random random = new Random(seed);
    long[] values = new long[n];
    for (int i = 0; i < n; i++) {
      values[i] = Math.round(Math.scalb(random.nextDouble(operation.from, operation.to), operation.inFraction));
    }
    Shared x = Shared.of(operation.in, values, random);
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      Shared.open(parties.run(c -> {
        try (RingVector share = x.client(c.arena())) {
          return operation.client(c, share);
        }
      }, s -> {
        try (RingVector share = x.server(s.arena())) {
          return operation.server(s, share);
        }
      }));
      return parties.transcript();
    }
  }
}
