package io.secmoe.moe;

import io.secmoe.linear.Weights;

/**
 * The server's weights of one sparse layer.
 *
 * @param router 1 × E × d
 * @param up W1: E × d_ff × d
 * @param down W2: E × d × d_ff
 */
public record MoeWeights(Weights router, Weights up, Weights down) {}
