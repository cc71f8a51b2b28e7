// SPDX-License-Identifier: Apache-2.0
package io.secmoe.tokenizer;

/**
 * Reports that a text has no ids, or is not UTF-8. It says nothing about the text; the caller who
 * knows its row names that.
 */
public final class TokenizerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TokenizerException(String message) {
    super(message);
  }

  TokenizerException(Throwable cause) {
    super(
        "the tokenizer cannot take the text apart: it is not UTF-8, or has characters that the"
            + " vocabulary has no id for",
        cause);
  }
}
