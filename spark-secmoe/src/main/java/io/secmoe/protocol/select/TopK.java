// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import io.secmoe.party.Party;
import io.secmoe.protocol.share.OneHot;
import io.secmoe.protocol.tile.TokenTiles;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;

/**
 * Computes an oblivious top-k over E ≥ 2 candidates per token. The parties hold additive shares of
 * the candidates in Z_{2^r} (candidate-major, E × T). They get additive shares of the k ≤ E largest
 * values in Z_{2^(differenceBits + 1)}, in descending order, and XOR shares of their one-hot
 * positions, which {@link OneHot} takes into Z_t. The result is exact for candidates that differ by
 * less than 2^differenceBits ≤ 2^(r − 2). Ties go to the lowest index. The work is streamed in
 * tiles of tokens.
 *
 * <p>There are two ways, and {@link TopKPlan} takes the one with less traffic for (E, k). {@link
 * RepeatedTop1} plays k tournaments, each without the winners so far, and costs k times a {@link
 * Top1}. {@link NetworkTopK} runs values and positions through a {@link SelectionNetwork}. At k = 2
 * and E ≥ 5, two tournaments are about a twentieth cheaper than a network. From k = 3 on the
 * network is cheaper for every E, and at k = 8 it costs three fifths or less.
 *
 * <p>Costs per row of 8 candidates in Z_{2^22}, the 2 largest: 613 COT, 2487 bits; 41½ rounds.
 *
 * <p>Costs per row of 64 candidates in Z_{2^22}, the 8 largest: 13446 COT, 55478 bits; 125 rounds.
 *
 * <p>Costs per row of 128 candidates in Z_{2^22}, the 8 largest: 26797 COT, 110910 bits; 151
 * rounds.
 */
public final class TopK {
  /**
   * One party's shares of the outcome.
   *
   * @param oneHots XOR shares, k × E × T bits, winner by winner, candidate-major
   * @param values additive shares, k × T values in Z_{2^(differenceBits + 1)}, winner by winner
   */
  public record Result(DigitVector oneHots, RingVector values) implements AutoCloseable {
    private void put(TopKPlan plan, long from, Result tile) {
      TokenTiles.put(oneHots, plan.k() * plan.experts(), from, tile.oneHots);
      TokenTiles.put(values, plan.k(), from, tile.values);
    }

    @Override
    public void close() {
      oneHots.close();
      values.close();
    }
  }

  private TopK() {}

  /** Returns this party's shares; candidates stay open. */
  public static Result run(Party p, RingVector candidates, int experts, int k, int differenceBits) {
    return run(p, candidates, TopKPlan.cheapest(experts, k, differenceBits));
  }

  /**
   * Returns this party's shares of the outcome in the way of {@code plan}; the candidates stay
   * open.
   */
  public static Result run(Party p, RingVector candidates, TopKPlan plan) {
    TokenTiles tiles = new TokenTiles(candidates, plan.experts(), plan.ring().bits());
    Result all = uninitialised(p.arena(), plan, tiles.tokens());
    tiles.forEach(
        p.arena(),
        plan.ring(),
        (from, tile) -> {
          try (Result part =
              plan.network() == null
                  ? RepeatedTop1.run(p, tile, plan)
                  : NetworkTopK.run(p, tile, plan)) {
            all.put(plan, from, part);
          }
        });
    return all;
  }

  private static Result uninitialised(Arena arena, TopKPlan plan, long tokens) {
    return new Result(
        DigitVector.uninitialised(arena, 1, (long) plan.k() * plan.experts() * tokens),
        RingVector.uninitialised(arena, plan.valueRing(), plan.k() * tokens));
  }
}
