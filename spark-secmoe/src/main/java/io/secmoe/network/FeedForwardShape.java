// SPDX-License-Identifier: Apache-2.0
package io.secmoe.network;

/**
 * The public shape of a feed-forward network, dense or one of the experts: W2·act(W1·x + b1) + b2,
 * or gated W2·(act(W1·x + b1) ⊙ V·x) + b2.
 *
 * @param width d, features of x and of the result
 * @param hidden d_ff
 * @param activation act, on the hidden features
 * @param gated true if the activation is multiplied by V·x; the rows of V stand below those of W1
 *     in one matrix
 * @param biased true if there are b1 (for V as well where there is one) and b2
 * @param up the scale of W1 and V
 * @param down the scale of W2; its results are meant before any gate weight
 */
public record FeedForwardShape(
    int width,
    int hidden,
    Activation activation,
    boolean gated,
    boolean biased,
    LinearScale up,
    LinearScale down) {
  /** Makes the shape of a network without a gate and without biases. */
  public FeedForwardShape(
      int width, int hidden, Activation activation, LinearScale up, LinearScale down) {
    this(width, hidden, activation, false, false, up, down);
  }

  /** Returns this shape with a gate, or without one. */
  public FeedForwardShape withGate(boolean present) {
    return new FeedForwardShape(width, hidden, activation, present, biased, up, down);
  }

  /** Returns this shape with biases, or without them. */
  public FeedForwardShape withBiases(boolean present) {
    return new FeedForwardShape(width, hidden, activation, gated, present, up, down);
  }

  /** Returns the rows of the first matrix: W1, and V below it where there is one. */
  public int upRows() {
    return gated ? Math.multiplyExact(2, hidden) : hidden;
  }
}
