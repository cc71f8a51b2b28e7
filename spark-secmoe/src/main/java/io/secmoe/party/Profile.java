package io.secmoe.party;

import io.secmoe.ring.Modulus;
import java.util.List;

/**
 * The public cryptographic parameters both parties agree on; the handshake compares them.
 *
 * @param primeBits BGV chain, answer level first, key-switching prime last
 * @param t plaintext prime
 * @param otK SoftSpoken's k: 128/k bits on the wire per correlated OT
 */
public record Profile(List<Integer> primeBits, Modulus t, int otK) {
  /** {60, 50, 60 | 48}, t of 41 bits, k = 4. */
  public static final Profile DEFAULT = new Profile(List.of(60, 50, 60, 48), Modulus.T, 4);

  public Profile {
    primeBits = List.copyOf(primeBits);
  }

  /** The form of comparisons. */
  public Comparison comparison() {
    return Comparison.TREE_2;
  }

  /** Level of ciphertexts that meet plaintext weights only: 110 bits by default. */
  public int linearLevel() {
    return 2;
  }

  /** Level of ciphertexts that are multiplied with each other or with full-range plaintexts: 170 bits by default. */
  public int topLevel() {
    return primeBits.size() - 1;
  }
}
