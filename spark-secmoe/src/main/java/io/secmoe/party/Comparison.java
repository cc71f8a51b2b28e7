// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

/**
 * The form of comparisons, chosen by what rounds, bytes and correlated OTs cost on this network.
 * All are exact.
 */
public enum Comparison {
  /** Bit by bit, one AND each: fewest bytes, as many rounds as bits. */
  RIPPLE(1),
  /** Leaves of two bits under a tree of ANDs: few rounds, for cheap (silent) correlated OTs. */
  TREE_2(2),
  /**
   * Leaves of four bits: a third fewer correlated OTs and one round less, for dear (SoftSpoken)
   * ones.
   */
  TREE_4(4);

  private final int leafBits;

  Comparison(int leafBits) {
    this.leafBits = leafBits;
  }

  /** Bits of a leaf. */
  public int leafBits() {
    return leafBits;
  }

  /** More leaves where correlated OTs are cheap, larger ones where they are dear. */
  public static Comparison suiting(OtExtension ot) {
    return ot == OtExtension.SILENT ? TREE_2 : TREE_4;
  }

  /** The one that is called so: ripple, tree-2, tree-4. */
  public static Comparison named(String name) {
    return Labels.find("form of comparisons", name, values());
  }

  /** All names. */
  public static String labels() {
    return Labels.all(values());
  }

  /** As configuration spells it. */
  public String label() {
    return Labels.of(this);
  }
}
