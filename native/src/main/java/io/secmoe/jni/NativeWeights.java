// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

/**
 * The server's plaintext weights: one or more matrices of {@code rows} × {@code columns} integers w
 * with |w| ≤ 2047, int16, row-major, one matrix after the other.
 *
 * @param values the weights, [matrix][row][column]
 * @param biases one bias for every row, [matrix][row], |B| ≤ t/2, or null
 * @param rows the rows of each matrix
 * @param columns the columns of each matrix
 */
public record NativeWeights(NativeBuffer values, long[] biases, int rows, int columns) {}
