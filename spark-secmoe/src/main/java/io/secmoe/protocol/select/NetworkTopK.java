// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import io.secmoe.party.Party;
import io.secmoe.protocol.compare.Compare;
import io.secmoe.protocol.select.SelectionNetwork.Match;
import io.secmoe.protocol.share.Mux;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;
import java.util.List;

/**
 * Computes {@link TopK} with a {@link SelectionNetwork}. In the pairings, the first wire of a match
 * holds the lower index, so the comparison of values decides ties, too. The rank of a candidate,
 * which is larger for a lower index, travels along on a ring of ⌈log₂E⌉ bits. Then {@link PackKeys}
 * joins the value and the rank of every remaining candidate into one key. All keys differ, so every
 * merge is exact. {@link UnpackKeys} takes the k resulting keys apart.
 *
 * <p>The result is exact. Each layer of pairings takes the rounds of a comparison and two muxes,
 * and each layer of merges takes those of a comparison and a mux.
 *
 * <p>Costs per row of 8 candidates in Z_{2^22}, the 2 largest: 618 COT, 2569 bits; 40 rounds.
 */
final class NetworkTopK {
  private NetworkTopK() {}

  static TopK.Result run(Party p, RingVector tile, TopKPlan plan) {
    Arena arena = p.arena();
    SelectionNetwork network = plan.network();
    try (Wires values = values(arena, tile, plan);
        Wires ranks = ranks(arena, tile, plan, p.isServer())) {
      for (List<Match> layer : network.pairings()) {
        try (RingVector difference = values.differences(layer);
            DigitVector secondWins = Compare.run(p, difference);
            RingVector gain = Mux.run(p, secondWins, difference);
            RingVector rankDifference = ranks.differences(layer);
            RingVector rankGain = Mux.run(p, secondWins, rankDifference)) {
          values.exchange(layer, gain);
          ranks.exchange(layer, rankGain);
        }
      }
      try (RingVector value = values.concat(network.finalists());
          RingVector rank = ranks.concat(network.finalists());
          RingVector packed = PackKeys.run(p, value, rank, plan);
          Wires keys = keys(arena, packed, plan)) {
        for (List<Match> layer : network.merges()) {
          try (RingVector difference = keys.differences(layer);
              DigitVector secondWins = Compare.run(p, difference);
              RingVector gain = Mux.run(p, secondWins, difference)) {
            keys.exchange(layer, gain);
          }
        }
        try (RingVector best = winners(keys, network)) {
          return UnpackKeys.run(p, best, plan);
        }
      }
    }
  }

  private static Wires values(Arena arena, RingVector tile, TopKPlan plan) {
    try (RingVector narrow = tile.reduce(arena, plan.valueRing())) {
      return Wires.of(arena, narrow, plan.experts());
    }
  }

  /**
   * Returns the ranks, which are public at first: the server's share is the rank, the client's is
   * zero.
   */
  private static Wires ranks(Arena arena, RingVector tile, TopKPlan plan, boolean server) {
    RingVector[] wires = new RingVector[plan.experts()];
    for (int e = 0; e < wires.length; e++) {
      wires[e] =
          RingVector.constant(
              arena, plan.rankRing(), tile.length() / wires.length, server ? -1 - e : 0);
    }
    return new Wires(arena, wires);
  }

  /** Returns the finalists' keys on their wires; the other wires stay empty. */
  private static Wires keys(Arena arena, RingVector packed, TopKPlan plan) {
    int[] finalists = plan.network().finalists();
    long tokens = packed.length() / finalists.length;
    RingVector[] wires = new RingVector[plan.experts()];
    for (int i = 0; i < finalists.length; i++) {
      wires[finalists[i]] = packed.view(i * tokens, tokens).copy(arena);
    }
    return new Wires(arena, wires);
  }

  private static RingVector winners(Wires keys, SelectionNetwork network) {
    return keys.concat(network.winners().stream().mapToInt(Integer::intValue).toArray());
  }
}
