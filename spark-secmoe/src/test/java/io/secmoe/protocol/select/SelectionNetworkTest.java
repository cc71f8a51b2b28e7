// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.protocol.select.SelectionNetwork.Match;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The wiring alone, on plain integers. */
class SelectionNetworkTest {
  private static List<List<Match>> layers(SelectionNetwork network) {
    List<List<Match>> all = new ArrayList<>(network.pairings());
    all.addAll(network.merges());
    return all;
  }

  private static long[] run(SelectionNetwork network, long[] values) {
    long[] wires = values.clone();
    for (List<Match> layer : layers(network)) {
      for (Match m : layer) {
        if (wires[m.first()] < wires[m.second()]) {
          long larger = wires[m.second()];
          wires[m.second()] = wires[m.first()];
          wires[m.first()] = larger;
        }
      }
    }
    return network.winners().stream().mapToLong(w -> wires[w]).toArray();
  }

  private static long[] largest(long[] values, int k) {
    long[] sorted = values.clone();
    java.util.Arrays.sort(sorted);
    return IntStream.range(0, k).mapToLong(i -> sorted[sorted.length - 1 - i]).toArray();
  }

  /** Zeros and ones are enough for any input, by the zero-one principle. */
  @Test
  void smallNetworksSelectFromAllZerosAndOnes() {
    for (int candidates = 2; candidates <= 13; candidates++) {
      for (int k = 1; k <= Math.min(candidates, 8); k++) {
        SelectionNetwork network = SelectionNetwork.of(candidates, k);
        for (int pattern = 0; pattern < 1 << candidates; pattern++) {
          int bits = pattern;
          long[] values = IntStream.range(0, candidates).mapToLong(i -> bits >> i & 1).toArray();
          assertArrayEquals(
              largest(values, k), run(network, values), candidates + " " + k + " " + pattern);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"16,8", "31,5", "64,8", "100,7", "128,1", "128,2", "128,8", "128,128"})
  void largeNetworksSelectFromRandomOrders(int candidates, int k) {
    Random random = new Random(candidates * 1000L + k);
    SelectionNetwork network = SelectionNetwork.of(candidates, k);
    for (int i = 0; i < 2000; i++) {
      int ones = i % (candidates + 1);
      long[] values =
          i % 2 == 0
              ? random.longs(candidates).toArray()
              : random.ints(candidates, 0, candidates).mapToLong(v -> v < ones ? 1 : 0).toArray();
      assertArrayEquals(largest(values, k), run(network, values));
    }
  }

  @ParameterizedTest
  @CsvSource({"8,8,19,6", "8,2,13,5", "64,8,264,18", "128,1,127,7", "128,2,253,13", "128,8,529,22"})
  void countsAreThoseOfTheJavadoc(int candidates, int k, int matches, int depth) {
    SelectionNetwork network = SelectionNetwork.of(candidates, k);
    assertEquals(matches, SelectionNetwork.count(layers(network)));
    assertEquals(depth, layers(network).size());
  }

  /**
   * Pairings decide ties without looking at indices, because the first wire holds lower ones; and
   * layers touch no wire twice.
   */
  @Test
  void pairingsMeetLowerIndicesOnTheFirstWire() {
    SelectionNetwork network = SelectionNetwork.of(100, 8);
    List<Set<Integer>> possible = new ArrayList<>();
    IntStream.range(0, 100).forEach(e -> possible.add(Set.of(e)));
    for (List<Match> layer : network.pairings()) {
      for (Match m : layer) {
        int highestFirst = possible.get(m.first()).stream().mapToInt(i -> i).max().orElseThrow();
        int lowestSecond = possible.get(m.second()).stream().mapToInt(i -> i).min().orElseThrow();
        assertTrue(highestFirst < lowestSecond);
        Set<Integer> both = new HashSet<>(possible.get(m.first()));
        both.addAll(possible.get(m.second()));
        possible.set(m.first(), both);
        possible.set(m.second(), both);
      }
    }
    for (List<Match> layer : layers(network)) {
      Set<Integer> wires = new HashSet<>();
      layer.forEach(m -> assertTrue(wires.add(m.first()) && wires.add(m.second())));
    }
  }
}
