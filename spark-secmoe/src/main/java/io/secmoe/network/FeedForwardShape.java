// SPDX-License-Identifier: Apache-2.0
package io.secmoe.network;

/**
 * The public shape of a feed-forward network, dense or one of the experts: W2·act(W1·x + b1) + b2,
 * or gated W2·(act(W1·x + b1) ⊙ V·x) + b2.
 *
 * @param width d, features of x and of the result
 * @param hidden d_ff
 * @param activation act, on the hidden features
 * @param gated whether the activation is multiplied by V·x, whose rows stand below those of W1 in
 *     one matrix
 * @param biased whether there are b1 (for V as well where there is one) and b2
 * @param upFraction fraction bits of W1 and V
 * @param downFraction fraction bits of W2
 * @param hiddenBits calibrated: W1·x + b1 and V·x lie below 2^hiddenBits in magnitude
 * @param outputBits calibrated: the result, before any gate weight, lies below 2^outputBits in
 *     magnitude
 */
public record FeedForwardShape(
    int width,
    int hidden,
    Activation activation,
    boolean gated,
    boolean biased,
    int upFraction,
    int downFraction,
    int hiddenBits,
    int outputBits) {
  /** Rows of the first matrix: W1, and V below it where there is one. */
  public int upRows() {
    return gated ? Math.multiplyExact(2, hidden) : hidden;
  }
}
