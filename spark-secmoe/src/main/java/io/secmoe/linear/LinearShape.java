// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

/**
 * The public shape of y = W·x.
 *
 * @param outputs rows of W
 * @param inputs columns of W
 * @param weightFraction fraction bits of W: y carries them on top of x's
 */
public record LinearShape(int outputs, int inputs, int weightFraction) {}
