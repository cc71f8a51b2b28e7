// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.data;

import java.util.List;

/**
 * The inputs of a protocol, row by row: first the domains' edges, in all combinations of two, then
 * random values, of which every other row keeps nearer to zero. A value is the same whenever it is
 * asked for.
 */
public final class Inputs {
  private static final long SEED = 26;
  private static final int EDGE_ROWS_ONE_IN = 4;
  private static final int MAX_HALVINGS = 8;

  private final Encoding encoding;
  private final List<Domain> domains;
  private final long edges;

  /** Makes inputs from several domains, which take turns along a row. */
  public Inputs(Encoding encoding, List<Domain> domains) {
    this.encoding = encoding;
    this.domains = domains;
    this.edges = domains.stream().mapToInt(Domain::edges).max().orElseThrow();
  }

  /** Makes values of one domain, whose function changes its form at {@code points}. */
  public static Inputs between(Encoding encoding, double from, double to, double... points) {
    return new Inputs(encoding, List.of(Domain.of(encoding, from, to, points)));
  }

  public Encoding encoding() {
    return encoding;
  }

  /**
   * Returns column {@code column} of row {@code row} in units of the last place, when there are
   * {@code rows} of {@code width} values.
   */
  public long value(long row, int column, long rows, int width) {
    Domain domain = domains.get(column % domains.size());
    if (row < Math.min(edges * edges, Math.max(edges, rows / EDGE_ROWS_ONE_IN))) {
      return domain.edge(row % edges + column * (1 + row / edges));
    }
    int halvings = row % 2 == 0 ? 0 : Math.floorMod(Seeded.bits(~SEED, row), MAX_HALVINGS);
    return domain.value(Seeded.bits(SEED, row * width + column), halvings);
  }
}
