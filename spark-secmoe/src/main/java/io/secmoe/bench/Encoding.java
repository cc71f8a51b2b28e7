package io.secmoe.bench;

import io.secmoe.ring.Modulus;

/**
 * How numbers stand in shares: a ring, and how many of the bits are a fraction.
 *
 * @param ring of the additive shares; modulo 2 they are XOR shares
 * @param fraction bits
 */
record Encoding(Modulus ring, int fraction) {
  /** What a linear layer leaves. */
  static final Encoding LINEAR = new Encoding(Modulus.T, 24);

  /** What the next linear layer takes. */
  static final Encoding ACTIVATION = new Encoding(Modulus.T, 12);

  /** Activations between comparisons. */
  static final Encoding SMALL = new Encoding(Modulus.powerOfTwo(21), 12);

  static final Encoding BIT = new Encoding(Modulus.powerOfTwo(1), 0);

  /** x in units of the last place. */
  long units(double x) {
    return Math.round(Math.scalb(x, fraction));
  }

  double real(long units) {
    return Math.scalb((double) units, -fraction);
  }

  /** The number behind opened shares; a bit is 0 or 1. */
  double decode(long canonical) {
    return real(ring.bits() == 1 ? canonical : ring.centred(canonical));
  }

  double unit() {
    return Math.scalb(1.0, -fraction);
  }
}
