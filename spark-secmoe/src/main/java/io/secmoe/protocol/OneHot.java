package io.secmoe.protocol;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * XOR shares of one-hot vectors over E candidates (groups × E × T bits, as {@link Top1} and {@link TopK} deliver them) to additive
 * shares of the same bits in Z_M, in the same order. Each vector sums to 1, so the last bit is 1 minus the others: E − 1 conversions.
 *
 * <p>Exact. Rounds: 1 per tile. Per vector: E − 1 times a {@link BitToArithmetic}.
 */
public final class OneHot {
  private OneHot() {}

  /** The client's additive shares; the input stays open. */
  public static RingVector client(ClientParty c, DigitVector bits, int groups, int experts, Modulus to) {
    Arena arena = c.arena();
    try (DigitVector free = free(arena, bits, groups, experts);
        RingVector converted = Tiles.map(arena, free, to, tile -> BitToArithmetic.client(c, tile, to))) {
      return completed(arena, converted, groups, experts, 0);
    }
  }

  /** The server's additive shares; the input stays open. */
  public static RingVector server(ServerParty s, DigitVector bits, int groups, int experts, Modulus to) {
    Arena arena = s.arena();
    try (DigitVector free = free(arena, bits, groups, experts);
        RingVector converted = Tiles.map(arena, free, to, tile -> BitToArithmetic.server(s, tile, to))) {
      return completed(arena, converted, groups, experts, 1);
    }
  }

  /** All candidates but the last of each group. */
  private static DigitVector free(Arena arena, DigitVector bits, int groups, int experts) {
    long size = bits.length() / groups;
    long kept = size / experts * (experts - 1);
    DigitVector[] parts = new DigitVector[groups];
    for (int g = 0; g < groups; g++) {
      parts[g] = bits.view(g * size, kept);
    }
    return DigitVector.concat(arena, parts);
  }

  /** Adds the last candidate of each group: {@code one} minus the others. */
  private static RingVector completed(Arena arena, RingVector converted, int groups, int experts, int one) {
    long kept = converted.length() / groups;
    long tokens = kept / (experts - 1);
    RingVector all = RingVector.uninitialised(arena, converted.modulus(), (kept + tokens) * groups);
    for (int g = 0; g < groups; g++) {
      RingVector group = all.view(g * (kept + tokens), kept + tokens);
      group.put(0, converted.view(g * kept, kept));
      RingVector last = group.view(kept, tokens);
      last.put(0, group.view(0, tokens));
      last.affineInPlace(-1, one);
      for (int e = 1; e < experts - 1; e++) {
        last.subtractInPlace(group.view(e * tokens, tokens));
      }
    }
    return all;
  }
}
