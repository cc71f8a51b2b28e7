// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.party.Party;
import io.secmoe.ring.RingVector;

/**
 * Computes GeLU in one of three forms. Additive shares of x in {@link Piecewise#ring} at 12
 * fraction bits become shares of gelu(x) in {@link Piecewise#result} of that ring at 15.
 *
 * <p>Arguments must satisfy |x| &lt; 2^rangeBits ≤ 2^9. {@link Form#ERF} and {@link Form#TANH} are
 * within 2^−8 of their functions; both are relu plus an even tail of three quadratics ({@link
 * SmoothRelu}). {@link Form#PAPER} is SecMoE's own (arXiv 2601.06790, Protocol 2), a {@link
 * Piecewise} function with six segments, within 2^−6.
 *
 * <p>Costs per element below 2^5: 57 COT, 700 bits; 12½ rounds.
 */
public final class Gelu {
  /** The function and the way it is computed. */
  public enum Form {
    /** x·Φ(x). */
    ERF,
    /** x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
    TANH,
    /** The six segments of the SecMoE paper. */
    PAPER
  }

  private Gelu() {}

  /** Returns this party's share of gelu(x); x stays open. */
  public static RingVector run(Party p, Form form, RingVector x, int rangeBits) {
    return switch (form) {
      case ERF -> SmoothRelu.run(p, PiecewiseFunction.GELU_TAIL, x, rangeBits);
      case TANH -> SmoothRelu.run(p, PiecewiseFunction.GELU_TANH_TAIL, x, rangeBits);
      case PAPER -> Piecewise.run(p, PiecewiseFunction.GELU_PAPER, x, rangeBits);
    };
  }
}
