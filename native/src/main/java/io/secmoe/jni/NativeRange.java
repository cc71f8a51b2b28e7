// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

/**
 * A range of rows: from {@code from} (inclusive) to {@code to} (exclusive), at least one.
 *
 * @param from the first row
 * @param to the row after the last one
 */
public record NativeRange(int from, int to) {}
