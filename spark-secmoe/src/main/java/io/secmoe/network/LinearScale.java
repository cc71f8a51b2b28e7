// SPDX-License-Identifier: Apache-2.0
package io.secmoe.network;

/**
 * The public scale of a linear map inside a layer.
 *
 * @param fraction the fraction bits of its weights
 * @param bits calibrated: its results, biases included, lie below 2^bits in magnitude
 */
public record LinearScale(int fraction, int bits) {}
