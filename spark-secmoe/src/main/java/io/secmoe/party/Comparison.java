// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

/**
 * The form of comparisons. The choice depends on the costs of rounds, bytes and correlated OTs on a
 * network. All forms are exact.
 */
public enum Comparison {
  /** Bit by bit, with one AND each: fewest bytes, and as many rounds as bits. */
  RIPPLE(1),
  /** Leaves of two bits under a tree of ANDs: few rounds, for cheap (silent) correlated OTs. */
  TREE_2(2),
  /**
   * Leaves of four bits: a third fewer correlated OTs and one round less, for expensive
   * (SoftSpoken) ones.
   */
  TREE_4(4);

  private final int leafBits;

  Comparison(int leafBits) {
    this.leafBits = leafBits;
  }

  /** Returns the bits of a leaf. */
  public int leafBits() {
    return leafBits;
  }

  /**
   * Returns the form for a kind of correlated OTs: more leaves if they are cheap, larger leaves if
   * they are expensive.
   */
  public static Comparison suiting(OtExtension ot) {
    return ot == OtExtension.SILENT ? TREE_2 : TREE_4;
  }

  /** Returns the form with this name: ripple, tree-2, tree-4. */
  public static Comparison named(String name) {
    return Labels.find("form of comparisons", name, values());
  }

  /** Returns all names. */
  public static String labels() {
    return Labels.all(values());
  }

  /** Returns the name that configuration uses. */
  public String label() {
    return Labels.of(this);
  }
}
