// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.rows;

import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.RemoteModel;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/** Checks whether the model takes the input of rows; nothing is sent. Used by one task. */
public final class InputCheck {
  private final RowReader<?> reader;
  private final int index;

  private InputCheck(RowReader<?> reader, int index) {
    this.reader = reader;
    this.index = index;
  }

  /**
   * Makes a check for the present task.
   *
   * @param column name of the model's input, for error messages
   * @param type type of the model's input
   * @param index index of the input in a row
   * @param task null outside of tasks, if only {@link #faultOf} is called
   */
  public static InputCheck of(
      RemoteModel model, String column, DataType type, int index, TaskContext task) {
    return new InputCheck(RowReader.of(model, column, type, task), index);
  }

  /** Says in errors how rows are counted. */
  public InputCheck counting(String how) {
    reader.counting(how);
    return this;
  }

  /**
   * Returns true if the next row is to be sent: it has an input, and, with {@code
   * spark.secmoe.rows.invalid=null}, one that the model takes.
   *
   * @throws InferenceException UNUSABLE for an input that the model does not take, if such rows are
   *     errors
   */
  public boolean sends(InternalRow row) {
    return reader.next(row, index) != null;
  }

  /**
   * Returns the reason why the model does not take a row's input, in words that are the same for
   * all rows with that fault; null if it takes it, or there is none.
   */
  public String faultOf(InternalRow row) {
    return reader.faultOf(row, index);
  }
}
