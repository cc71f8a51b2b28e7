// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.input;

/**
 * Rows of tokens, one or more of them.
 *
 * @param vocabulary ids are 0 to vocabulary − 1
 * @param longest the most tokens of a row
 */
public record TokenInput(int vocabulary, int longest) implements InputSpec {
  @Override
  public int features() {
    return 0;
  }
}
