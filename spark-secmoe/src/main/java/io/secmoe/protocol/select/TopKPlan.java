// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;

/**
 * The public decision how {@link TopK} finds k of E: with the {@link SelectionNetwork}, or, if that
 * is null, by k tournaments.
 *
 * <p>What both spend per token is counted here in bits on the wire, a correlated OT as {@value
 * #COT} bits (silent extension), for a comparison of {@value #COMPARE} bits per bit of its ring
 * below the sign: the tree's; with the ripple both shrink alike. The one-hots' way into Z_t is the
 * same for both and left out. The crossover moves little with any of these figures.
 *
 * @param experts E
 * @param differenceBits candidates differ by less than 2^differenceBits
 */
public record TopKPlan(int experts, int k, int differenceBits, SelectionNetwork network) {
  static final double COT = 0.4;
  static final double COMPARE = 6.9;

  static TopKPlan cheapest(int experts, int k, int differenceBits) {
    TopKPlan network = network(experts, k, differenceBits);
    TopKPlan repeated = repeated(experts, k, differenceBits);
    return network.bits() < repeated.bits() ? network : repeated;
  }

  public static TopKPlan repeated(int experts, int k, int differenceBits) {
    requirePossible(experts, k);
    return new TopKPlan(experts, k, differenceBits, null);
  }

  public static TopKPlan network(int experts, int k, int differenceBits) {
    requirePossible(experts, k);
    return new TopKPlan(experts, k, differenceBits, SelectionNetwork.of(experts, k));
  }

  private static void requirePossible(int experts, int k) {
    if (k < 1 || k > experts || experts < 2) {
      throw new IllegalArgumentException(
          "no " + k + " largest of " + experts + " candidates: 1 ≤ k ≤ E and E ≥ 2 are needed");
    }
  }

  /** Returns the ring of candidates, with room for those that are out. */
  public Modulus ring() {
    return Modulus.powerOfTwo(differenceBits + 2);
  }

  /** Returns the ring of values and their differences. */
  public Modulus valueRing() {
    return Modulus.powerOfTwo(differenceBits + 1);
  }

  /** Returns ⌈log₂E⌉. */
  int indexBits() {
    return FixedPoint.ceilLog2(experts);
  }

  /**
   * Returns the ring of ranks: 2^indexBits − 1 − e for candidate e, so that the lower index is the
   * larger.
   */
  public Modulus rankRing() {
    return Modulus.powerOfTwo(indexBits());
  }

  /** Returns the ring of keys: value·2^indexBits + rank, all different. */
  public Modulus keyRing() {
    return Modulus.powerOfTwo(differenceBits + 1 + indexBits());
  }

  /** Returns the expected traffic per token, both ways, in bits. */
  double bits() {
    return network == null ? repeatedBits() : networkBits();
  }

  private double repeatedBits() {
    double first = (experts - 1) * exchange(valueRing()) + (experts - 2) * and(1);
    double later = (experts - 1) * exchange(ring()) + (experts - 2) * and(1);
    return first + (k - 1) * (later + experts * toArithmetic(2));
  }

  private double networkBits() {
    double pairing = exchange(valueRing()) + mux(rankRing());
    double entry = compare(indexBits() + 1) + toArithmetic(valueRing().bits());
    double exit = indexBits() * and(1) + toArithmetic(valueRing().bits()) + (experts - 2) * and(1);
    return SelectionNetwork.count(network.pairings()) * pairing
        + network.finalists().length * entry
        + SelectionNetwork.count(network.merges()) * exchange(keyRing())
        + k * exit;
  }

  private static double exchange(Modulus ring) {
    return compare(ring.bits()) + mux(ring);
  }

  private static double compare(int ringBits) {
    return COMPARE * (ringBits - 1);
  }

  private static double mux(Modulus ring) {
    return 2 * (1 + ring.bits() + COT);
  }

  private static double and(int width) {
    return 2 * (1 + width + COT);
  }

  private static double toArithmetic(int ringBits) {
    return 1 + ringBits + COT;
  }
}
