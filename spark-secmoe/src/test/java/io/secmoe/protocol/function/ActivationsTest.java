// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.tile.Tiles;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.PlainGelu;
import io.secmoe.testing.Shared;
import io.secmoe.testing.TwoParties;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Activations against double arithmetic: many random values, every breakpoint, signed zeros'
 * neighbours and the ends of the range.
 */
class ActivationsTest {
  private static final int RANDOM_VALUES = 100_000;
  private static final double UNIT = 0x1p-12;
  private static TwoParties memory;
  private final Random random = new Random(16);

  @BeforeAll
  static void open() {
    memory = new TwoParties(Link.MEMORY);
  }

  @AfterAll
  static void close() {
    memory.close();
  }

  @Test
  void reluIsExact() {
    Modulus ring = Modulus.powerOfTwo(19);
    check(
        memory,
        new Function(
            x -> Math.max(0, x),
            ring,
            ring,
            12,
            0,
            (c, x) -> Relu.run(c, x, 5, 12),
            (s, x) -> Relu.run(s, x, 5, 12)),
        points(-32 + UNIT, 32 - UNIT, RANDOM_VALUES));
  }

  @Test
  void geluIsWithinItsBounds() {
    check(memory, gelu(Gelu.Form.ERF, 5, 0x1p-8), points(-16, 16, RANDOM_VALUES));
    check(memory, gelu(Gelu.Form.TANH, 5, 0x1p-8), points(-16, 16, RANDOM_VALUES));
    check(memory, gelu(Gelu.Form.PAPER, 5, 0x1p-6), points(-16, 16, RANDOM_VALUES));
  }

  @Test
  void geluHoldsOnNarrowAndWideRanges() {
    check(memory, gelu(Gelu.Form.ERF, 1, 0x1p-8), points(-2 + UNIT, 2 - UNIT, 4000));
    check(memory, gelu(Gelu.Form.ERF, 8, 0x1p-8), points(-256 + UNIT, 256 - UNIT, 4000));
    check(memory, gelu(Gelu.Form.ERF, 9, 0x1p-8), points(-512 + UNIT, 512 - UNIT, 4000));
    check(memory, gelu(Gelu.Form.PAPER, 9, 0x1p-6), points(-512 + UNIT, 512 - UNIT, 4000));
  }

  @Test
  void siluIsWithinItsBound() {
    check(memory, silu(5), points(-16, 16, RANDOM_VALUES));
    check(memory, silu(2), points(-4 + UNIT, 4 - UNIT, 4000));
    check(memory, silu(9), points(-512 + UNIT, 512 - UNIT, 4000));
  }

  @Test
  void activationsRunOverFlight() {
    try (TwoParties flight = new TwoParties(Link.FLIGHT)) {
      check(flight, gelu(Gelu.Form.ERF, 5, 0x1p-8), points(-16, 16, 2000));
      check(flight, silu(5), points(-16, 16, 2000));
    }
  }

  private record Function(
      DoubleUnaryOperator plain,
      Modulus in,
      Modulus out,
      int outFraction,
      double bound,
      BiFunction<ClientParty, RingVector, RingVector> client,
      BiFunction<ServerParty, RingVector, RingVector> server) {}

  private static Function gelu(Gelu.Form form, int range, double bound) {
    DoubleUnaryOperator plain =
        form == Gelu.Form.TANH
            ? x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))
            : PlainGelu::of;
    return new Function(
        plain,
        Piecewise.ring(range),
        Piecewise.result(Piecewise.ring(range)),
        Piecewise.OUT,
        bound,
        (c, x) -> Gelu.run(c, form, x, range),
        (s, x) -> Gelu.run(s, form, x, range));
  }

  private static Function silu(int range) {
    return new Function(
        x -> x / (1 + Math.exp(-x)),
        Piecewise.ring(range),
        Piecewise.result(Piecewise.ring(range)),
        Piecewise.OUT,
        0x1p-8,
        (c, x) -> Silu.run(c, x, range),
        (s, x) -> Silu.run(s, x, range));
  }

  /**
   * Returns edges, a step to either side of every multiple of 1/16 near zero, and random values.
   */
  private double[] points(double from, double to, int count) {
    DoubleStream edges = DoubleStream.of(from, from + UNIT, to - UNIT, to, -UNIT, 0, UNIT);
    DoubleStream grid =
        DoubleStream.iterate(-16, x -> x <= 16, x -> x + 1 / 16.0)
            .flatMap(x -> DoubleStream.of(x - UNIT, x, x + UNIT));
    return DoubleStream.concat(DoubleStream.concat(edges, grid), random.doubles(count, from, to))
        .map(x -> Math.rint(x / UNIT) * UNIT)
        .filter(x -> x >= from && x <= to)
        .toArray();
  }

  private void check(TwoParties parties, Function f, double[] xs) {
    Shared x =
        Shared.of(f.in, DoubleStream.of(xs).mapToLong(v -> Math.round(v / UNIT)).toArray(), random);
    long[] got =
        Shared.open(
            parties.run(
                c -> {
                  try (RingVector share = x.client(c.arena())) {
                    return Tiles.map(c.arena(), share, f.out, tile -> f.client.apply(c, tile));
                  }
                },
                s -> {
                  try (RingVector share = x.server(s.arena())) {
                    return Tiles.map(s.arena(), share, f.out, tile -> f.server.apply(s, tile));
                  }
                }));
    for (int i = 0; i < xs.length; i++) {
      assertEquals(
          f.plain.applyAsDouble(xs[i]),
          Math.scalb((double) got[i], -f.outFraction),
          f.bound,
          "at " + xs[i]);
    }
  }
}
