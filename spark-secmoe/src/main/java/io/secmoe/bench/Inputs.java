package io.secmoe.bench;

import java.util.List;

/**
 * What goes into a protocol: first the domains' edges, in all combinations of two, then random values; each row by itself, the same
 * whenever it is asked for.
 *
 * @param encoding of every value
 * @param domains in turns along a row
 */
record Inputs(Encoding encoding, List<Domain> domains) {
  private static final long SEED = 26;
  private static final int EDGE_ROWS_ONE_IN = 4;

  /** Values of one domain, which changes its nature at {@code points}. */
  static Inputs between(Encoding encoding, double from, double to, double... points) {
    return new Inputs(encoding, List.of(Domain.of(encoding, from, to, points)));
  }

  /** Column {@code column} of row {@code row} in units of the last place, when there are {@code rows} of {@code width} values. */
  long value(long row, int column, long rows, int width) {
    Domain domain = domains.get(column % domains.size());
    long edges = edges();
    if (row < Math.min(edges * edges, Math.max(edges, rows / EDGE_ROWS_ONE_IN))) {
      return domain.edge(row % edges + column * (1 + row / edges));
    }
    return domain.value(Seeded.bits(SEED, row * width + column));
  }

  private int edges() {
    int most = 0;
    for (Domain d : domains) {
      most = Math.max(most, d.edges());
    }
    return most;
  }
}
