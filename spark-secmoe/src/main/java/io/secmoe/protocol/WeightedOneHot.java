package io.secmoe.protocol;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;

/**
 * XOR shares of a one-hot vector b over E candidates (E × T bits, as {@link Top1} delivers them) and additive shares of a weight p (T
 * values in Z_M) to additive shares of p·b (E × T in Z_M). The products sum to p, so the last is p minus the others: E − 1 muxes.
 *
 * <p>Exact. Rounds: those of a {@link Mux} per tile. Per vector: E − 1 muxes.
 *
 * <p>Costs per row of 8 candidates in Z_t: 14 COT, 588 bits; 1½ rounds.
 */
public final class WeightedOneHot {
  private WeightedOneHot() {}

  /** The client's shares; the inputs stay open. */
  public static RingVector client(ClientParty c, DigitVector bits, RingVector weight) {
    Arena arena = c.arena();
    long others = bits.length() - weight.length();
    try (RingVector products = RingVector.uninitialised(arena, weight.modulus(), others)) {
      for (long from = 0; from < others; from += tile(weight)) {
        long n = Math.min(tile(weight), others - from);
        try (RingVector weights = weight.repeat(arena, (int) (n / weight.length()));
            RingVector part = Mux.client(c, bits.view(from, n), weights)) {
          products.put(from, part);
        }
      }
      return OneHot.completed(arena, products, 1, weight);
    }
  }

  /** The server's shares; the inputs stay open. */
  public static RingVector server(ServerParty s, DigitVector bits, RingVector weight) {
    Arena arena = s.arena();
    long others = bits.length() - weight.length();
    try (RingVector products = RingVector.uninitialised(arena, weight.modulus(), others)) {
      for (long from = 0; from < others; from += tile(weight)) {
        long n = Math.min(tile(weight), others - from);
        try (RingVector weights = weight.repeat(arena, (int) (n / weight.length()));
            RingVector part = Mux.server(s, bits.view(from, n), weights)) {
          products.put(from, part);
        }
      }
      return OneHot.completed(arena, products, 1, weight);
    }
  }

  /** As many whole candidates as fit. */
  private static long tile(RingVector weight) {
    return Math.max(1, Tiles.ELEMENTS / weight.length()) * weight.length();
  }
}
