// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.data;

import io.secmoe.ring.Modulus;

/**
 * The encoding of numbers in shares: a ring, and the number of fraction bits.
 *
 * @param ring the ring of the additive shares; modulo 2 they are XOR shares
 * @param fraction fraction bits
 */
public record Encoding(Modulus ring, int fraction) {
  /** The encoding of a linear layer's results. */
  public static final Encoding LINEAR = new Encoding(Modulus.T, 24);

  /** The encoding of a linear layer's inputs. */
  public static final Encoding ACTIVATION = new Encoding(Modulus.T, 12);

  /** Activations between comparisons. */
  public static final Encoding SMALL = new Encoding(Modulus.powerOfTwo(21), 12);

  public static final Encoding BIT = new Encoding(Modulus.powerOfTwo(1), 0);

  /** Returns x in units of the last place. */
  long units(double x) {
    return Math.round(Math.scalb(x, fraction));
  }

  public double real(long units) {
    return Math.scalb((double) units, -fraction);
  }

  /** Returns the number behind opened shares; a bit is 0 or 1. */
  public double decode(long canonical) {
    return real(ring.bits() == 1 ? canonical : ring.centred(canonical));
  }

  public double unit() {
    return Math.scalb(1.0, -fraction);
  }
}
