// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import io.secmoe.party.Party;
import io.secmoe.protocol.compare.Compare;
import io.secmoe.protocol.share.And;
import io.secmoe.protocol.share.Mux;
import io.secmoe.protocol.share.OneHot;
import io.secmoe.protocol.tile.TokenTiles;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Computes an oblivious top-1 over E ≥ 2 candidates per token. The parties hold additive shares of
 * the candidates in Z_{2^k} (candidate-major, E × T). They get additive shares of the largest value
 * in Z_{2^(differenceBits + 1)} and XOR shares of its one-hot position, which {@link OneHot} takes
 * into Z_t. The result is exact for candidates that differ by less than 2^differenceBits ≤ 2^(k −
 * 1). Ties go to the lowest index. Local work is streamed in tiles of tokens.
 *
 * <p>It is a knock-out tournament of ⌈log₂E⌉ levels. Each match is one comparison of the difference
 * on the smallest ring, and one mux for the winner on the same ring. The one-hot is computed from
 * the top down. At each level, the winner's side is the AND of the match's outcome with "the winner
 * came through this match", so one AND serves two candidates. Each token costs E − 1 comparisons
 * and muxes and E − 2 ANDs. The protocol takes ⌈log₂E⌉ times the rounds of a comparison and a mux,
 * and ⌈log₂E⌉ − 1 times those of an AND.
 *
 * <p>Costs per row of 8 candidates in Z_{2^21}: 292 COT, 1193 bits; 20½ rounds.
 *
 * <p>Costs per row of 128 candidates in Z_{2^21}: 5332 COT, 21713 bits; 48½ rounds.
 */
public final class Top1 {
  /**
   * One party's shares of the outcome.
   *
   * @param oneHot XOR shares, E × T bits, candidate-major
   * @param largest additive shares, T values in Z_{2^(differenceBits + 1)}
   */
  public record Result(DigitVector oneHot, RingVector largest) implements AutoCloseable {
    private static Result uninitialised(Arena arena, int experts, long tokens, Modulus ring) {
      return new Result(
          DigitVector.uninitialised(arena, 1, experts * tokens),
          RingVector.uninitialised(arena, ring, tokens));
    }

    private void put(int experts, long from, Result tile) {
      TokenTiles.put(oneHot, experts, from, tile.oneHot);
      largest.put(from, tile.largest);
    }

    @Override
    public void close() {
      oneHot.close();
      largest.close();
    }
  }

  private Top1() {}

  /** Returns this party's shares; candidates stay open. */
  public static Result run(Party p, RingVector candidates, int experts, int differenceBits) {
    Modulus ring = Modulus.powerOfTwo(differenceBits + 1);
    TokenTiles tiles = new TokenTiles(candidates, experts, ring.bits());
    Result all = Result.uninitialised(p.arena(), experts, tiles.tokens(), ring);
    tiles.forEach(
        p.arena(),
        ring,
        (from, tile) -> {
          try (Result part = run(p, tile, experts)) {
            all.put(experts, from, part);
          }
        });
    return all;
  }

  /** Returns the shares of one tile, on the ring of the differences. */
  static Result run(Party p, RingVector candidates, int experts) {
    try (Bracket bracket = new Bracket(p.arena(), candidates, experts, p.isServer())) {
      while (bracket.undecided()) {
        try (RingVector difference = bracket.differences()) {
          DigitVector secondWins = Compare.run(p, difference);
          try (RingVector gain = Mux.run(p, secondWins, difference)) {
            bracket.advance(secondWins, gain);
          }
        }
      }
      while (bracket.descending()) {
        try (DigitVector first = bracket.firstOrigins();
            DigitVector second = And.run(p, bracket.outcomes(), first)) {
          bracket.descend(second);
        }
      }
      return new Result(bracket.oneHot(), bracket.largest());
    }
  }
}
