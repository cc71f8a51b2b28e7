// SPDX-License-Identifier: Apache-2.0
package io.secmoe.moe;

import io.secmoe.network.Sequences;
import io.secmoe.party.Party;
import io.secmoe.protocol.compare.Thresholds;
import io.secmoe.protocol.share.Mux;
import io.secmoe.protocol.share.OneHot;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;

/**
 * Drops the tokens that exceed their expert's capacity, exactly as the Switch Transformers of the
 * transformers library (4.52 to 4.57, and from 5.18 on) do. A token is kept if and only if it is
 * among the first {@code capacity} tokens of its sequence that chose the same expert. The gate
 * weight of the others becomes zero.
 *
 * <p>XOR shares of one-hots b (E × T) and shares of weights p modulo t become shares of kept·p
 * modulo t. P_e,i is the sum of b_e up to token i of a sequence, so token i has place n_i = Σ_e
 * b_e,i·P_e,i in its expert's queue. Prefix sums are local in Z_{2^r}, with room for a sequence's
 * length. The bits sum to 1, so n = P_E + Σ_{e&lt;E} b_e·(P_e − P_E). This takes E − 1 muxes, then
 * one comparison with the capacity and one mux. Only tokens behind the first {@code capacity} of
 * their sequence can be dropped, so nothing is multiplied or compared for the others. Nothing at
 * all happens if sequences are no longer than the capacity. The result is exact. The protocol takes
 * 1 round and those of two muxes and a comparison.
 */
final class Capacity {
  private Capacity() {}

  /** Returns this party's share of the weights that remain; the inputs stay open. */
  static RingVector run(
      Party p, MoeShape shape, Sequences sequences, DigitVector oneHots, RingVector gates) {
    Arena arena = p.arena();
    Late late = new Late(shape, sequences);
    if (late.none()) {
      return gates.copy(arena);
    }
    try (RingVector counted = OneHot.run(p, oneHots, 1, shape.experts(), late.ring());
        RingVector terms = late.terms(arena, counted);
        DigitVector bits = late.gather(arena, oneHots);
        RingVector chosen = Mux.run(p, bits, terms.view(0, bits.length()));
        RingVector room = late.room(arena, terms, chosen, p.share(shape.router().capacity()));
        DigitVector kept = Thresholds.run(p, room, 0);
        RingVector weights = late.gather(arena, gates);
        RingVector remaining = Mux.run(p, kept, weights)) {
      return late.scattered(arena, gates, remaining);
    }
  }

  /**
   * The tokens behind the first {@code capacity} of their sequence, and the local work on their
   * shares.
   */
  private record Late(int experts, int capacity, int count, int length) {
    Late(MoeShape shape, Sequences sequences) {
      this(shape.experts(), shape.router().capacity(), sequences.count(), sequences.length());
    }

    boolean none() {
      return capacity == 0 || length <= capacity;
    }

    /** Returns a ring with room for numbers up to a sequence's length, and a sign. */
    Modulus ring() {
      return Modulus.powerOfTwo(FixedPoint.ceilLog2(length + 1) + 1);
    }

    private int perSequence() {
      return length - capacity;
    }

    private long tokens() {
      return (long) count * perSequence();
    }

    /** Returns P_e − P_E for every expert but the last, and P_E: E × late tokens. */
    RingVector terms(Arena arena, RingVector bits) {
      RingVector sums = RingVector.uninitialised(arena, bits.modulus(), experts * tokens());
      long at = 0;
      for (long from = 0; from < bits.length(); from += length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
          sum = bits.modulus().canonical(sum + bits.get(from + i));
          if (i >= capacity) {
            sums.set(at++, sum);
          }
        }
      }
      long last = (experts - 1) * tokens();
      for (long e = 0; e < last; e += tokens()) {
        sums.view(e, tokens()).subtractInPlace(sums.view(last, tokens()));
      }
      return sums;
    }

    /** Returns the late tokens' bits for every expert but the last. */
    DigitVector gather(Arena arena, DigitVector bits) {
      DigitVector late = DigitVector.uninitialised(arena, 1, (experts - 1) * tokens());
      for (long to = 0, from = capacity; to < late.length(); to += perSequence(), from += length) {
        late.put(to, bits.view(from, perSequence()));
      }
      return late;
    }

    RingVector gather(Arena arena, RingVector values) {
      RingVector late = RingVector.uninitialised(arena, values.modulus(), tokens());
      for (long to = 0, from = capacity; to < late.length(); to += perSequence(), from += length) {
        late.put(to, values.view(from, perSequence()));
      }
      return late;
    }

    /**
     * Returns the capacity left at each late token, its own place included: {@code full} − n;
     * negative iff it is dropped.
     */
    RingVector room(Arena arena, RingVector terms, RingVector chosen, long full) {
      RingVector room = terms.view(chosen.length(), tokens()).copy(arena);
      for (long e = 0; e < chosen.length(); e += tokens()) {
        room.addInPlace(chosen.view(e, tokens()));
      }
      return room.affineInPlace(-1, full);
    }

    /** Returns all weights, with those of late tokens replaced. */
    RingVector scattered(Arena arena, RingVector values, RingVector late) {
      RingVector all = values.copy(arena);
      for (long from = 0, to = capacity;
          from < late.length();
          from += perSequence(), to += length) {
        all.put(to, late.view(from, perSequence()));
      }
      return all;
    }
  }
}
