// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.data;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * The values that a protocol's input is drawn from: integers in units of the last place. The edges
 * are both ends, zero, and the points where something changes, all with their neighbours.
 */
public final class Domain {
  private final long from;
  private final long to;
  private final long[] edges;

  private Domain(long from, long to, long[] points) {
    this.from = from;
    this.to = to;
    this.edges =
        LongStream.concat(LongStream.of(from, to, 0), Arrays.stream(points))
            .flatMap(p -> LongStream.of(p - 1, p, p + 1))
            .filter(v -> v >= from && v <= to)
            .distinct()
            .toArray();
  }

  /**
   * Returns the domain from {@code from} to {@code to}, both included; {@code points} are where the
   * function changes.
   */
  public static Domain of(Encoding encoding, double from, double to, double... points) {
    return new Domain(
        encoding.units(from),
        encoding.units(to),
        Arrays.stream(points).mapToLong(encoding::units).toArray());
  }

  /** Returns the domain of every signed value of the ring. */
  public static Domain whole(Encoding encoding) {
    long m = encoding.ring().value();
    return new Domain(
        encoding.ring().centred(m - m / 2), encoding.ring().centred(m - m / 2 - 1), new long[0]);
  }

  public static Domain bit() {
    return new Domain(0, 1, new long[0]);
  }

  int edges() {
    return edges.length;
  }

  long edge(long index) {
    return edges[(int) (index % edges.length)];
  }

  /**
   * Returns the value that 64 random bits choose. If zero is in the domain, the value is halved
   * several times.
   */
  long value(long random, int halvings) {
    long value = from + Math.floorMod(random, to - from + 1);
    return from <= 0 && to >= 0 ? value >> halvings : value;
  }
}
