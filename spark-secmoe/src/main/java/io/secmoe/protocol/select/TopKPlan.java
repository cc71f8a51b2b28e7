// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.Modulus;

/**
 * The public plan by which {@link TopK} finds the k largest of E candidates: with the {@link
 * SelectionNetwork}, or with k tournaments if the network is null.
 *
 * <p>The plan with less traffic per token is chosen, counted in bits on the wire. A correlated OT
 * counts {@value #COT} bits (silent extension). A comparison counts {@value #COMPARE} bits for each
 * bit of its ring below the sign, which is the cost of the comparison tree; with the ripple both
 * plans shrink alike. The conversion of the one-hots into Z_t costs the same in both plans and is
 * left out. The crossover moves little with any of these figures.
 *
 * @param experts the number of candidates, E
 * @param k the number of winners
 * @param differenceBits candidates differ by less than 2^differenceBits
 * @param network the network, or null for k tournaments
 */
public record TopKPlan(int experts, int k, int differenceBits, SelectionNetwork network) {
  static final double COT = 0.4;
  static final double COMPARE = 6.9;

  static TopKPlan cheapest(int experts, int k, int differenceBits) {
    TopKPlan network = network(experts, k, differenceBits);
    TopKPlan repeated = repeated(experts, k, differenceBits);
    return network.bits() < repeated.bits() ? network : repeated;
  }

  /** Returns the plan with k tournaments. */
  public static TopKPlan repeated(int experts, int k, int differenceBits) {
    requirePossible(experts, k);
    return new TopKPlan(experts, k, differenceBits, null);
  }

  /** Returns the plan with the selection network. */
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
