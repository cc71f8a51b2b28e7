// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.operation.Operation;
import io.secmoe.bench.operation.Operations;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Profile;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes and rounds of every protocol that can be measured alone are the same for all inputs of one
 * shape.
 */
class TranscriptTest {
  static Set<String> operations() {
    return Operations.names();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void dependsOnTheLengthOnly(String name) {
    Operation operation = Operations.of(Arguments.parse("op --name " + name).get(0));
    int few = Math.max(2, 500 / operation.shape().elements());
    // More than the 64 products that share their ciphertexts.
    int many = Math.max(80, 9000 / operation.shape().elements());
    List<String> first = transcript(operation, Profile.DEFAULT, few, 1);
    assertEquals(first, transcript(operation, Profile.DEFAULT, few, 2));
    assertNotEquals(first, transcript(operation, Profile.DEFAULT, many, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"compare", "gelu"})
  void dependsOnTheLengthOnlyWithSoftSpokenToo(String name) {
    Operation operation = Operations.of(Arguments.parse("op --name " + name).get(0));
    Profile softSpoken = Profile.DEFAULT.with(OtExtension.SOFTSPOKEN_4);
    assertEquals(
        transcript(operation, softSpoken, 3000, 1), transcript(operation, softSpoken, 3000, 2));
  }

  private static List<String> transcript(
      Operation operation, Profile profile, int rows, long seed) {
    Random random = new Random(seed);
    int width = operation.shape().inputs();
    long first = random.nextInt(1000);
    long[] values = new long[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = operation.in().value(first + i % rows, i / rows, 1000, width);
    }
    Shared x = Shared.of(operation.in().encoding().ring(), values, random);
    try (TwoParties parties = new TwoParties(Link.MEMORY, profile)) {
      Shared.open(
          parties.run(
              c -> {
                try (RingVector share = x.client(c.arena())) {
                  return operation.protocol().client().apply(c, share);
                }
              },
              s -> {
                try (RingVector share = x.server(s.arena())) {
                  return operation.protocol().server().apply(s, share);
                }
              }));
      return parties.transcript();
    }
  }
}
