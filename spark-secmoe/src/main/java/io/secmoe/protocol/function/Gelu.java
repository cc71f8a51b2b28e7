// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.function;

import io.secmoe.party.Party;
import io.secmoe.ring.RingVector;

/**
 * GeLU in its three forms: additive shares of x in {@link Piecewise#ring} at 12 fraction bits to
 * shares of gelu(x) in {@link Piecewise#result} of it at 15.
 *
 * <p>For |x| &lt; 2^rangeBits ≤ 2^9. {@link Form#ERF} and {@link Form#TANH} are within 2^−8 of
 * their functions, by relu and an even tail of three quadratics ({@link SmoothRelu}). {@link
 * Form#PAPER} is SecMoE's own (arXiv 2601.06790, Protocol 2): six segments, within 2^−6, a {@link
 * Piecewise} function by itself.
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
    /** The paper's segments. */
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
