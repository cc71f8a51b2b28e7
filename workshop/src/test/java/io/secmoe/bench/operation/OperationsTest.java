// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.data.ErrorFigures;
import io.secmoe.bench.data.Outputs;
import io.secmoe.bench.data.Seeded;
import io.secmoe.protocol.share.Reveal;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of the benchmark gives what its own plaintext says, and a wrong result is counted
 * as such.
 */
class OperationsTest {
  private static final int ELEMENTS = 4096;
  private static final long SEED = 3;

  private static TwoParties parties;

  @BeforeAll
  static void open() {
    parties = new TwoParties(Link.MEMORY);
  }

  @AfterAll
  static void close() {
    parties.close();
  }

  static Set<String> operations() {
    return Operations.names();
  }

  private static Operation operation(String arguments) {
    return Operations.of(Arguments.parse("op " + arguments).get(0));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void nothingIsWrong(String name) {
    Operation operation = operation("--name " + name);
    ErrorFigures errors = new ErrorFigures(operation.out());
    run(operation, Math.max(4, ELEMENTS / operation.shape().elements()), errors);
    assertEquals(0, errors.wrong(), "largest error " + errors.largest());
  }

  private static void run(Operation operation, long rows, ErrorFigures errors) {
    long n = rows * operation.shape().inputs();
    parties.run(
        c -> {
          try (RingVector x =
                  Seeded.clientShare(
                      c.arena(),
                      operation.in().encoding().ring(),
                      n,
                      i -> operation.input(0, rows, i),
                      SEED);
              RingVector y = operation.protocol().client().apply(c, x);
              RingVector opened = Reveal.client(c, y)) {
            operation.check(0, opened, errors);
            return null;
          }
        },
        s -> {
          try (RingVector x =
                  Seeded.serverShare(s.arena(), operation.in().encoding().ring(), n, SEED);
              RingVector y = operation.protocol().server().apply(s, x)) {
            Reveal.server(s, y);
            return null;
          }
        });
  }

  @Test
  void aWrongPlaintextIsNoticed() {
    Operation relu = operation("--name relu");
    Outputs identity = Outputs.elementwise(relu.out().encoding(), relu.out().allowed(), x -> x);
    ErrorFigures errors = new ErrorFigures(identity);
    run(new Operation(relu.shape(), relu.in(), identity, relu.protocol()), ELEMENTS, errors);
    assertTrue(errors.wrong() > ELEMENTS / 4, "only " + errors.wrong());
    assertTrue(errors.largest() > 15.9);
  }

  @Test
  void inputsHoldAllEdgesOfTheDomain() {
    Operation compare = operation("--name compare");
    Set<Long> values = new HashSet<>();
    for (long row = 0; row < ELEMENTS; row++) {
      values.add(compare.input(0, ELEMENTS, row));
    }
    assertTrue(
        values.containsAll(
            List.of(-(1L << 20), 1 - (1L << 20), -1L, 0L, 1L, (1L << 20) - 1, (1L << 20) - 2)));
    assertTrue(values.size() > ELEMENTS / 2);
  }
}
