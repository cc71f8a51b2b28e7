// SPDX-License-Identifier: Apache-2.0
package io.secmoe.network;

/** The activation function of a feed-forward network. */
public enum Activation {
  /** The function x·Φ(x). */
  GELU,
  /** The form of GeLU with the hyperbolic tangent. */
  GELU_TANH,
  /** The function x/(1 + e^−x). */
  SILU,
  /** The function max(x, 0), which is computed exactly. */
  RELU;

  /** Returns true if it is evaluated by pieces, which bounds the range of its argument. */
  public boolean piecewise() {
    return this != RELU;
  }
}
