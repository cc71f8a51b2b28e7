package io.secmoe.moe;

/**
 * The public shape of a top-1 Mixture-of-Experts layer: y = p·W2_e·act(W1_e·x) with e the expert of the largest router logit.
 *
 * @param experts E
 * @param width d, features of x and y
 * @param hidden d_ff
 * @param activation on the hidden features
 * @param routerFraction fraction bits of the router's weights
 * @param upFraction fraction bits of all W1
 * @param downFraction fraction bits of all W2
 * @param logitBits calibrated: |router logit| &lt; 2^logitBits
 * @param hiddenBits calibrated: |W1·x| &lt; 2^hiddenBits
 * @param outputBits calibrated: |W2·act| &lt; 2^outputBits
 */
public record MoeShape(int experts, int width, int hidden, Activation activation, int routerFraction, int upFraction,
    int downFraction, int logitBits, int hiddenBits, int outputBits) {}
