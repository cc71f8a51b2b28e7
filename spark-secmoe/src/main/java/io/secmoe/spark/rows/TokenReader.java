// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.rows;

import io.secmoe.model.input.PublishedTable;
import io.secmoe.model.input.Rows;
import io.secmoe.model.input.TokenInput;
import io.secmoe.model.input.TokenRows;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.BatchLimits;
import io.secmoe.spark.remote.PublishedTables;
import io.secmoe.spark.remote.RemoteModel;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;

/**
 * Reads rows of tokens. Errors: no tokens or too many, a null, a token outside the model's
 * vocabulary.
 */
class TokenReader extends RowReader<int[]> {
  private final TokenInput input;
  private final BatchLimits limits;
  private final DataType element;
  private final PublishedTable table;

  /**
   * @param type an array of integers; or string, which {@link TextReader} reads
   */
  TokenReader(RemoteModel model, String column, DataType type, TaskContext task) {
    super(model, column, task);
    this.input = (TokenInput) model.layers().input();
    this.limits = model.batchLimits();
    this.element = type instanceof ArrayType array ? array.elementType() : null;
    this.table = PublishedTables.of(model);
  }

  @Override
  int[] read(SpecializedGetters row, int index) {
    ArrayData values = row.getArray(index);
    if (hasNull(values)) {
      throw bad("has a null among its tokens");
    }
    return checked(values.numElements(), reader(values));
  }

  private IntToLongFunction reader(ArrayData values) {
    return switch (element.typeName()) {
      case "long" -> values::getLong;
      case "integer" -> values::getInt;
      case "short" -> values::getShort;
      case "byte" -> values::getByte;
      default ->
          throw new IllegalStateException(
              "tokens of type " + element.simpleString() + " should have been refused");
    };
  }

  /** Returns a row's ids, if the model takes them. */
  final int[] checked(int count, IntToLongFunction tokens) {
    if (count == 0) {
      throw bad("has no tokens; a row that is not to be inferred has null instead");
    }
    if (count > limits.longestRow()) {
      throw bad(
          "has more than "
              + limits.longestRow()
              + " tokens, which is what "
              + (limits.fixed().isPresent()
                  ? SecMoeConf.BATCH_LENGTH.key() + " has room for"
                  : "the model takes at most"));
    }
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      long id = tokens.applyAsLong(i);
      if (id < 0 || id >= input.vocabulary()) {
        throw bad("has a token outside the model's vocabulary, 0 to " + (input.vocabulary() - 1));
      }
      ids[i] = (int) id;
    }
    return ids;
  }

  @Override
  int length(int[] ids) {
    return ids.length;
  }

  @Override
  Rows rows(List<int[]> ids, int length) {
    return new TokenRows(ids.toArray(int[][]::new), length, table);
  }
}
