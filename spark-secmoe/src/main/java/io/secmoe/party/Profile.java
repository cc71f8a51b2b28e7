// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.ring.Modulus;
import java.util.List;

/**
 * The public cryptographic parameters that both parties agree on. The handshake compares them.
 *
 * @param primeBits BGV chain, answer level first, key-switching prime last
 * @param t plaintext prime
 * @param ot how correlated OTs are made
 * @param otMemory the most bytes of correlated OTs that an attempt keeps ahead, at either party and
 *     for both directions together; it is part of the agreement because extensions depend on it
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

  /** Makes a profile with the form of comparisons for these correlated OTs. */
  public Profile(List<Integer> primeBits, Modulus t, OtExtension ot, long otMemory) {
    this(primeBits, t, ot, otMemory, Comparison.suiting(ot));
  }

  /** Makes a profile with the default memory for correlated OTs as well. */
  public Profile(List<Integer> primeBits, Modulus t, OtExtension ot) {
    this(primeBits, t, ot, OT_MEMORY);
  }

  /** Returns this profile with another kind of correlated OTs, and the comparisons for them. */
  public Profile with(OtExtension other) {
    return new Profile(primeBits, t, other, otMemory);
  }

  /** Returns this profile with other primes. */
  public Profile with(List<Integer> primeBits, Modulus t) {
    return new Profile(primeBits, t, ot, otMemory, comparison);
  }

  /** Returns this profile with another form of comparisons. */
  public Profile with(Comparison other) {
    return new Profile(primeBits, t, ot, otMemory, other);
  }

  /**
   * Returns the level of ciphertexts that are multiplied by plaintext weights only: 110 bits by
   * default.
   */
  public int linearLevel() {
    return 2;
  }

  /**
   * Returns the level of ciphertexts that are multiplied with each other or with full-range
   * plaintexts: 170 bits by default.
   */
  public int topLevel() {
    return primeBits.size() - 1;
  }
}
