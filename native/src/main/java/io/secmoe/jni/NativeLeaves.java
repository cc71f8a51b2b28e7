// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

/**
 * The shape of a comparison's leaves. A leaf compares a digit of {@code bits} bits with one digit
 * for every threshold.
 *
 * @param bits the bits of a digit, 1 to 4
 * @param thresholds the number of thresholds, 1 to 8
 * @param lowest true for the lowest digit of a number, which needs no [c = y]
 */
public record NativeLeaves(int bits, int thresholds, boolean lowest) {}
