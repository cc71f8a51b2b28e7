// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import io.secmoe.protocol.tile.Packing;

/**
 * The public shape of {@link ParameterLinear}.
 *
 * @param experts the number of experts, E
 * @param rows the number of rows of every expert's matrix
 * @param features the number of columns of every expert's matrix, at most 8192 because a row of
 *     weights must fit one ciphertext
 */
public record ParameterShape(int experts, int rows, int features) {
  /** The number of ciphertexts that are uploaded at a time; each takes 384 KiB at the server. */
  private static final int UPLOADED = 256;

  /** The number of answers at a time; each has 64 KiB of shares. */
  private static final int ANSWERED = 2048;

  public ParameterShape {
    if (experts < 1 || rows < 1 || features < 1 || features > Packing.SLOTS) {
      throw new IllegalArgumentException(
          "strategy parameters cannot select from "
              + experts
              + " experts of "
              + rows
              + " x "
              + features
              + " weights: a row must fit one ciphertext of "
              + Packing.SLOTS
              + "; use strategy select");
    }
  }

  /** Returns the rows of a matrix in one ciphertext. */
  public int perAnswer() {
    return Packing.SLOTS / features;
  }

  /** Returns the answers for every token. */
  public int answers() {
    return (rows + perAnswer() - 1) / perAnswer();
  }

  /** Returns the number of tokens at a time, which bounds memory. */
  public int step() {
    return Math.max(1, Math.min(UPLOADED / (experts + 1), ANSWERED / answers()));
  }
}
