// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.ring.Modulus;
import java.util.List;

/**
 * The public cryptographic parameters both parties agree on; the handshake compares them.
 *
 * @param primeBits BGV chain, answer level first, key-switching prime last
 * @param t plaintext prime
 * @param ot how correlated OTs are made
 * @param otMemory bytes of correlated OTs that an attempt keeps ahead at most, at either party and
 *     for both directions together: it is part of the agreement because extensions depend on it
 * @param comparison the form of comparisons
 */
public record Profile(
    List<Integer> primeBits, Modulus t, OtExtension ot, long otMemory, Comparison comparison) {
  /** 32 MiB: a million correlated OTs in each direction. */
  public static final long OT_MEMORY = 32L << 20;

  /** {60, 50, 60 | 48}, t of 41 bits, silent OT. */
  public static final Profile DEFAULT =
      new Profile(List.of(60, 50, 60, 48), Modulus.T, OtExtension.SILENT);

  public Profile {
    primeBits = List.copyOf(primeBits);
  }

  /** With the form of comparisons that suits the correlated OTs. */
  public Profile(List<Integer> primeBits, Modulus t, OtExtension ot, long otMemory) {
    this(primeBits, t, ot, otMemory, Comparison.suiting(ot));
  }

  /** With the default memory for correlated OTs as well. */
  public Profile(List<Integer> primeBits, Modulus t, OtExtension ot) {
    this(primeBits, t, ot, OT_MEMORY);
  }

  /** The same with correlated OTs made in another way, and the comparisons that suit them. */
  public Profile with(OtExtension other) {
    return new Profile(primeBits, t, other, otMemory);
  }

  /** The same with other primes. */
  public Profile with(List<Integer> primeBits, Modulus t) {
    return new Profile(primeBits, t, ot, otMemory, comparison);
  }

  /** The same with another form of comparisons. */
  public Profile with(Comparison other) {
    return new Profile(primeBits, t, ot, otMemory, other);
  }

  /** Level of ciphertexts that meet plaintext weights only: 110 bits by default. */
  public int linearLevel() {
    return 2;
  }

  /**
   * Level of ciphertexts that are multiplied with each other or with full-range plaintexts: 170
   * bits by default.
   */
  public int topLevel() {
    return primeBits.size() - 1;
  }
}
