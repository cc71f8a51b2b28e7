// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.channel.FrameHeader;
import io.secmoe.channel.Meter;
import io.secmoe.party.OtExtension;
import io.secmoe.party.Party;
import io.secmoe.party.Profile;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The costs with silent OT that each protocol's Javadoc states are those that the meter counts:
 * correlated OTs, bits and rounds.
 */
class CostLinesTest {
  private static final List<Path> SOURCES =
      List.of(
          Path.of("src/main/java/io/secmoe/protocol"), Path.of("src/main/java/io/secmoe/linear"));

  /** Data, steps of a conversation, and what only arranges: no protocols. */
  private static final Set<String> HELPERS =
      Set.of(
          "Bracket",
          "ColumnTiles",
          "CorrelatedOt",
          "CrossMatrixProduct",
          "Encrypted",
          "LinearShape",
          "LinearWeights",
          "MatrixProductShape",
          "OctaveFunction",
          "Packing",
          "PairColumns",
          "ParameterShape",
          "PiecewiseFunction",
          "Positions",
          "RowSums",
          "SelectionNetwork",
          "SumPacking",
          "Tiles",
          "TokenTiles",
          "TopKPlan",
          "Weights",
          "Wires",
          "package-info");

  private static TwoParties parties;

  @BeforeAll
  static void open() {
    parties = new TwoParties(Link.MEMORY, Profile.DEFAULT.with(OtExtension.SILENT));
  }

  @AfterAll
  static void close() {
    parties.close();
  }

  static Set<String> protocols() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path folder : SOURCES) {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .map(f -> f.getFileName().toString())
            .filter(n -> n.endsWith(".java"))
            .map(n -> n.substring(0, n.length() - ".java".length()))
            .forEach(names::add);
      }
    }
    names.removeAll(HELPERS);
    return names;
  }

  private static String source(String protocol) throws IOException {
    for (Path folder : SOURCES) {
      try (Stream<Path> files = Files.walk(folder)) {
        Optional<Path> file =
            files.filter(f -> f.getFileName().toString().equals(protocol + ".java")).findFirst();
        if (file.isPresent()) {
          return Files.readString(file.get());
        }
      }
    }
    throw new IOException("no file of " + protocol);
  }

  @Test
  void everyProtocolThatCanBeRunHasAFile() throws IOException {
    assertTrue(
        protocols().containsAll(CostRuns.BY_PROTOCOL.keySet()),
        () -> "without a file: " + CostRuns.BY_PROTOCOL.keySet());
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void javadocStatesWhatTheMeterCounts(String protocol) throws IOException {
    List<CostLine> lines = CostLine.in(source(protocol));
    assertFalse(
        lines.isEmpty(),
        protocol + " has no line '<p>Costs per element in Z_{2^21}: 38 COT, 123 bits; 5 rounds.'");
    assertTrue(
        CostRuns.BY_PROTOCOL.containsKey(protocol),
        () -> "CostRuns does not know how to run " + protocol);
    for (CostLine stated : lines) {
      assertEquals(
          stated,
          measure(protocol, stated, CostRuns.BY_PROTOCOL.get(protocol).apply(stated.shape())),
          protocol);
    }
  }

  private static CostLine measure(String protocol, CostLine stated, CostRun run) {
    String layer = protocol + ": " + stated;
    long before = parties.client().otUse().taken();
    parties.run(
        c -> {
          side(run.client(), c, layer, run.elements());
          return null;
        },
        s -> {
          side(run.server(), s, layer, run.elements());
          return null;
        });
    double n = run.elements();
    double cot = (parties.client().otUse().taken() - before) / n;
    Meter.Entry e =
        parties.client().channel().meter().entries().stream()
            .filter(x -> x.layer().equals(layer))
            .findFirst()
            .orElseThrow();
    long bytes = e.all().sent() - e.ahead().sent() + e.all().received() - e.ahead().received();
    long payload = bytes - (e.all().frames() - e.ahead().frames()) * FrameHeader.SIZE;
    return stated.measured(cot, 8 * payload / n, e.all().rounds() - e.ahead().rounds());
  }

  private static <P extends Party> void side(
      BiFunction<P, CostInputs, AutoCloseable> protocol, P party, String layer, long elements) {
    try (CostInputs inputs = new CostInputs(party, layer, elements);
        AutoCloseable result = protocol.apply(party, inputs)) {
      party.channel().meter().enter("test", "over");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
