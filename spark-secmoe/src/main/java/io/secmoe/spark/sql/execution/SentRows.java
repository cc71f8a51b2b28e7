// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.rows.InputCheck;
import java.io.Serializable;
import java.util.function.Predicate;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/** Says which rows are sent. */
public interface SentRows extends Serializable {
  /** Returns the decision for one task's rows, one after the other. */
  Predicate<InternalRow> in(TaskContext task);

  /** Returns the rule that sends rows with a value. */
  static SentRows notNull(int index) {
    return task -> row -> !row.isNullAt(index);
  }

  /**
   * Returns the rule that sends rows with an input that the model takes. Other rows are errors if
   * {@code spark.secmoe.rows.invalid} says so.
   */
  static SentRows valid(RemoteModel model, String column, DataType type, int index) {
    return task ->
        InputCheck.of(model, column, type, index, task).counting(InferPartition.COUNTED)::sends;
  }
}
