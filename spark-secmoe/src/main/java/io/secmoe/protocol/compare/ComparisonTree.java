// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.compare;

import io.secmoe.party.Party;
import io.secmoe.protocol.share.And;
import io.secmoe.ring.Arena;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the millionaires' protocol in few rounds. The client has a, and the server has y_j for j
 * &lt; m, all of k bits. They get XOR shares of [a &gt; y_j].
 *
 * <p>{@link Leaves} of b bits feed a tree of ANDs: greater = greater_high ⊕ equal_high·greater_low
 * and equal = equal_high·equal_low, which is an AND with a shared operand. A node that contains the
 * lowest digit needs no "equal".
 *
 * <p>The result is exact. The protocol takes 1½ + ⌈log₂L⌉ rounds for L = ⌈k/b⌉ digits. Each element
 * costs k + 2m(L − 1) correlated OTs, the bits of the leaves, and 6m bits per AND (4m on the path
 * of the lowest digit). Source: CrypTFlow2 (Rathee et al., CCS 2020), section 3.1.
 *
 * <p>Costs per element of 20 bits and 1 threshold: 38 COT, 123 bits; 5½ rounds.
 */
public final class ComparisonTree {
  private static final int GREATER = 0;
  private static final int EQUAL = 1;

  private ComparisonTree() {}

  /**
   * Returns this party's shares, m × n bits, threshold by threshold.
   *
   * @param x stays open: the client's a, n values, or the server's y, m × n
   */
  public static DigitVector run(Party p, RingVector x, int k, int m, int leafBits) {
    List<DigitVector> nodes = Leaves.run(p, x, k, m, leafBits);
    while (nodes.size() > 1) {
      try (Level level = new Level(p.arena(), nodes)) {
        nodes = level.merge(And.run(p, level.gates));
      }
    }
    return nodes.get(0);
  }

  /**
   * One level of the tree. Node 2j + 1 (high) absorbs node 2j (low), and an odd node at the top
   * passes through.
   */
  private static final class Level implements AutoCloseable {
    private final Arena arena;
    private final List<DigitVector> nodes;

    /** The gates: the pair with the lowest digit first, then all others together. */
    private final List<And.Gates> gates = new ArrayList<>();

    Level(Arena arena, List<DigitVector> nodes) {
      this.arena = arena;
      this.nodes = nodes;
      gates.add(new And.Gates(nodes.get(1).slice(arena, EQUAL, 1), nodes.get(0)));
      int pairs = nodes.size() / 2;
      if (pairs > 1) {
        DigitVector[] low = new DigitVector[pairs - 1];
        DigitVector[] high = new DigitVector[pairs - 1];
        for (int j = 1; j < pairs; j++) {
          low[j - 1] = nodes.get(2 * j);
          high[j - 1] = nodes.get(2 * j + 1);
        }
        try (DigitVector all = DigitVector.concat(arena, high)) {
          gates.add(new And.Gates(all.slice(arena, EQUAL, 1), DigitVector.concat(arena, low)));
        }
      }
    }

    List<DigitVector> merge(List<DigitVector> products) {
      List<DigitVector> merged = new ArrayList<>();
      long n = nodes.get(0).length();
      for (int j = 0; j < nodes.size() / 2; j++) {
        try (DigitVector greater = nodes.get(2 * j + 1).slice(arena, GREATER, 1)) {
          DigitVector product = j == 0 ? products.get(0) : products.get(1).view((j - 1) * n, n);
          merged.add(product.copy(arena).xorInPlace(greater));
        }
      }
      if (nodes.size() % 2 == 1) {
        merged.add(nodes.get(nodes.size() - 1).copy(arena));
      }
      products.forEach(DigitVector::close);
      return merged;
    }

    @Override
    public void close() {
      gates.forEach(g -> g.e().close());
      gates.stream().skip(1).forEach(g -> g.v().close());
      nodes.forEach(DigitVector::close);
    }
  }
}
