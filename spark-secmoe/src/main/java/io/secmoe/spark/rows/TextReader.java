// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.rows;

import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.remote.Tokenizers;
import io.secmoe.tokenizer.Tokenizer;
import io.secmoe.tokenizer.TokenizerException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.DataType;

/**
 * Reads rows of text, which become tokens here. Errors: those of tokens, and a text that the
 * tokenizer has no ids for.
 */
final class TextReader extends TokenReader {
  private final Tokenizer tokenizer;

  /**
   * @param type string
   */
  TextReader(RemoteModel model, String column, DataType type, TaskContext task) {
    super(model, column, type, task);
    this.tokenizer = Tokenizers.of(model.conf());
  }

  @Override
  int[] read(SpecializedGetters row, int index) {
    int[] ids = encode(row.getUTF8String(index).getBytes());
    return checked(ids.length, i -> ids[i]);
  }

  private int[] encode(byte[] text) {
    try {
      return tokenizer.encode(text);
    } catch (TokenizerException e) {
      throw bad("is not made tokens: " + e.getMessage());
    }
  }
}
