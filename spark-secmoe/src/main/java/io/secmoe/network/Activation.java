// SPDX-License-Identifier: Apache-2.0
package io.secmoe.network;

/** The experts' non-linearity. */
public enum Activation {
  /** x·Φ(x). */
  GELU,
  /** GeLU in its form with the hyperbolic tangent. */
  GELU_TANH,
  /** x/(1 + e^−x). */
  SILU,
  /** max(x, 0), exact. */
  RELU;

  /** Returns true if it is evaluated by pieces, which bounds the range of its argument. */
  public boolean piecewise() {
    return this != RELU;
  }
}
