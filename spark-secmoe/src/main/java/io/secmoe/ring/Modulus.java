// SPDX-License-Identifier: Apache-2.0
package io.secmoe.ring;

/**
 * The modulus of a ring of shares: a power of two for non-linear functions, and a prime for
 * everything under encryption.
 *
 * @param value M, with 2 ≤ M ≤ 2^60
 */
public record Modulus(long value) {
  /**
   * The default plaintext prime of BGV. It has 41 bits and is ≡ 1 mod 2^24, so it allows batching
   * and exact rescales.
   */
  public static final Modulus T = new Modulus(2198738042881L);

  public Modulus {
    if (value < 2 || value > 1L << 60) {
      throw new IllegalArgumentException("modulus " + value + " is not between 2 and 2^60");
    }
  }

  /** Returns 2^bits, 1 ≤ bits ≤ 60. */
  public static Modulus powerOfTwo(int bits) {
    if (bits < 1 || bits > 60) {
      throw new IllegalArgumentException("2^" + bits + " is not between 2^1 and 2^60");
    }
    return new Modulus(1L << bits);
  }

  /** Returns ⌈log₂M⌉: the width of one element on the wire. */
  public int bits() {
    return 64 - Long.numberOfLeadingZeros(value - 1);
  }

  /** Returns the representative of a signed integer in [0, M). */
  public long canonical(long signed) {
    return Math.floorMod(signed, value);
  }

  /** Returns the representative of an element in [−M/2, M/2). */
  public long centred(long canonical) {
    return canonical >= value - value / 2 ? canonical - value : canonical;
  }

  /** Returns the bytes of n packed elements. */
  public long packedBytes(long n) {
    return Packed.bytes(n, bits());
  }

  public boolean isPowerOfTwo() {
    return Long.bitCount(value) == 1;
  }
}
