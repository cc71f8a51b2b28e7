// SPDX-License-Identifier: Apache-2.0
package io.secmoe.network;

/**
 * The public shape of a batch: {@code count} sequences of padded length {@code length}. Columns of
 * tokens are sequence-major.
 */
public record Sequences(int count, int length) {
  /** The most tokens of a batch: a ciphertext holds one feature of this many tokens. */
  public static final int MAX_TOKENS = 8192;

  public int tokens() {
    return Math.multiplyExact(count, length);
  }

  /** Describes the shape, for messages to people. */
  @Override
  public String toString() {
    return count + " rows" + (length == 1 ? "" : " of padded length " + length);
  }
}
