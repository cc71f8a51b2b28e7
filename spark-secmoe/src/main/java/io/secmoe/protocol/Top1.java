package io.secmoe.protocol;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Oblivious top-1: shares of E ≥ 2 candidates per token (candidate-major, E × T, Z_{2^k}) to shares of the largest value and XOR shares
 * of its one-hot position. Exact for candidates that differ by less than 2^differenceBits ≤ 2^(k − 1); ties go to the lowest index.
 *
 * <p>A knock-out tournament of ⌈log₂E⌉ levels. Each match is one comparison of the difference on the smallest ring and one mux for the
 * winner; the loser's branch of the one-hot vector is cleared by ANDs with the match's bit, all matches of a level together.
 * Rounds: ⌈log₂E⌉ times those of a comparison, a mux and an AND. Per token: E − 1 comparisons and muxes, about E·log₂E ANDs.
 */
public final class Top1 {
  /**
   * Shares of the outcome.
   *
   * @param oneHot E × T bits, candidate-major
   * @param largest T values
   */
  public record Result(DigitVector oneHot, RingVector largest) implements AutoCloseable {
    @Override
    public void close() {
      oneHot.close();
      largest.close();
    }
  }

  private Top1() {}

  /** The client's shares; candidates stay open. */
  public static Result client(ClientParty c, RingVector candidates, int experts, int differenceBits) {
    Arena arena = c.arena();
    try (Bracket bracket = new Bracket(arena, candidates, experts)) {
      while (bracket.undecided()) {
        try (RingVector difference = bracket.differences();
            RingVector narrow = difference.reduce(arena, Modulus.powerOfTwo(differenceBits + 1));
            DigitVector secondWins = Compare.client(c, narrow);
            RingVector gain = Mux.client(c, secondWins, difference)) {
          try (DigitVector bits = bracket.pendingBits(); DigitVector masks = bracket.masks(secondWins, false)) {
            bracket.advance(gain, secondWins, bits == null ? null : And.client(c, masks, bits), false);
          }
        }
      }
      return bracket.result();
    }
  }

  /** The server's shares; candidates stay open. */
  public static Result server(ServerParty s, RingVector candidates, int experts, int differenceBits) {
    Arena arena = s.arena();
    try (Bracket bracket = new Bracket(arena, candidates, experts)) {
      while (bracket.undecided()) {
        try (RingVector difference = bracket.differences();
            RingVector narrow = difference.reduce(arena, Modulus.powerOfTwo(differenceBits + 1));
            DigitVector secondWins = Compare.server(s, narrow);
            RingVector gain = Mux.server(s, secondWins, difference)) {
          try (DigitVector bits = bracket.pendingBits(); DigitVector masks = bracket.masks(secondWins, true)) {
            bracket.advance(gain, secondWins, bits == null ? null : And.server(s, masks, bits), true);
          }
        }
      }
      return bracket.result();
    }
  }
}
