package io.secmoe.party;

/** How far a stock is extended: a public rule, the same on both sides. */
final class Stocks {
  private static final long BLOCK = 1024;
  private static final long LEAST = 16 * BLOCK;

  private Stocks() {}

  /** Correlations to add so that {@code wanted} can be taken: 0 if there are enough, else a multiple of the block. */
  static long extension(long available, long wanted) {
    if (available >= wanted) {
      return 0;
    }
    long missing = (wanted - available + BLOCK - 1) / BLOCK * BLOCK;
    return Math.max(missing, LEAST);
  }
}
