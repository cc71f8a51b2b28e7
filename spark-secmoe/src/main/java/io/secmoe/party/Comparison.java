package io.secmoe.party;

import java.util.Locale;

/** The form of comparisons, chosen by what rounds, bytes and correlated OTs cost on this network. All are exact. */
public enum Comparison {
  /** Bit by bit, one AND each: fewest bytes, as many rounds as bits. */
  RIPPLE(1),
  /** Leaves of two bits under a tree of ANDs: few rounds, for cheap (silent) correlated OTs. */
  TREE_2(2),
  /** Leaves of four bits: a third fewer correlated OTs and one round less, for dear (SoftSpoken) ones. */
  TREE_4(4);

  private final int leafBits;

  Comparison(int leafBits) {
    this.leafBits = leafBits;
  }

  /** Bits of a leaf. */
  public int leafBits() {
    return leafBits;
  }

  /** As configuration spells it: ripple, tree-2, tree-4. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
