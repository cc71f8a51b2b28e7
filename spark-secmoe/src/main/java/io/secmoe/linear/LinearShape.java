// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

/**
 * The public shape of y = W·x.
 *
 * @param outputs the number of rows of W
 * @param inputs the number of columns of W
 * @param weightFraction the fraction bits of W, which y carries on top of those of x
 */
public record LinearShape(int outputs, int inputs, int weightFraction) {}
