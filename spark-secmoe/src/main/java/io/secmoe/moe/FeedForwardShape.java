package io.secmoe.moe;

/**
 * The public shape of a feed-forward layer, dense or an expert: y = W2·act(W1·x + b1) + b2, or with a gate
 * W2·(act(W1·x + b1) ⊙ V·x) + b2, where [W1; V] is one matrix of 2·hidden rows.
 *
 * @param width features of x and y
 * @param hidden d_ff
 * @param activation of W1·x
 * @param gated whether there is a V
 * @param biased whether there are b1 and b2
 * @param upFraction fraction bits of W1 and V
 * @param downFraction fraction bits of W2
 * @param hiddenBits calibrated: |W1·x| and |V·x| &lt; 2^hiddenBits
 * @param outputBits calibrated: |y| &lt; 2^outputBits
 */
public record FeedForwardShape(int width, int hidden, Activation activation, boolean gated, boolean biased, int upFraction,
    int downFraction, int hiddenBits, int outputBits) {}
