// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.rows;

import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.input.FeatureInput;
import io.secmoe.model.input.Rows;
import io.secmoe.spark.conf.RowsInvalid;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.InferenceException.Kind;
import io.secmoe.spark.remote.InputTypes;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.reporting.ClientExecutor;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;

/**
 * Reads and checks the inputs of rows before anything is sent. Errors name a row by its position in
 * its partition and by the kind of fault. They say nothing else about the row. With {@code
 * spark.secmoe.rows.invalid=null}, a row with a fault counts as one without an input. Used by one
 * task.
 *
 * @param <V> the type of a row's input
 */
public abstract class RowReader<V> {
  private final String column;
  private final TaskContext task;
  private final boolean passing;
  private long position;
  private String counted = "";
  private String fault;
  private long invalid;

  /**
   * @param column name of the input, for error messages
   * @param task null if only {@link #faultOf} is called
   */
  RowReader(RemoteModel model, String column, TaskContext task) {
    this.column = column;
    this.task = task;
    this.passing = model.conf().get(SecMoeConf.ROWS_INVALID) == RowsInvalid.NULL;
  }

  /**
   * Returns the reader for a model and a column.
   *
   * @param type type of the column, which {@link InputTypes#require} lets pass
   * @throws InferenceException UNUSABLE if a file that it needs is not there
   */
  public static RowReader<?> of(RemoteModel model, String column, DataType type, TaskContext task) {
    if (model.layers().input() instanceof FeatureInput) {
      return new FeatureReader(model, column, type, task);
    }
    try {
      return type instanceof StringType
          ? new TextReader(model, column, type, task)
          : new TokenReader(model, column, type, task);
    } catch (ModelException e) {
      throw ClientExecutor.giveUp(task, new InferenceException(Kind.UNUSABLE, e.getMessage(), e));
    }
  }

  /**
   * Returns the next row's input; null if that is null, or has a fault and faults pass.
   *
   * @param index index of the input in the row
   * @throws InferenceException for an input that the model does not take
   */
  public final V next(SpecializedGetters row, int index) {
    fault = null;
    try {
      return row.isNullAt(index) ? null : read(row, index);
    } catch (InvalidRow e) {
      if (!passing) {
        throw ClientExecutor.giveUp(task, error(e.getMessage()));
      }
      fault = e.getMessage();
      invalid++;
      return null;
    } finally {
      position++;
    }
  }

  /** Says in errors how rows are counted. */
  final void counting(String how) {
    counted = "; " + how;
  }

  private InferenceException error(String what) {
    return new InferenceException(
        Kind.UNUSABLE,
        "row "
            + position
            + " of partition "
            + task.partitionId()
            + ": "
            + what
            + counted
            + "; with "
            + SecMoeConf.ROWS_INVALID.key()
            + "=null such rows are not sent and get null predictions");
  }

  /** Returns the fault of the row that was read last; null if it has none. */
  final String fault() {
    return fault;
  }

  /** Returns the number of rows with a fault that have passed until now. */
  final long invalid() {
    return invalid;
  }

  /** Returns the fault of any row, which is not counted; null if it has none. */
  final String faultOf(SpecializedGetters row, int index) {
    try {
      if (!row.isNullAt(index)) {
        read(row, index);
      }
      return null;
    } catch (InvalidRow e) {
      return e.getMessage();
    }
  }

  /**
   * @throws InvalidRow for an input that the model does not take
   */
  abstract V read(SpecializedGetters row, int index);

  /** Returns the number of tokens of a row; 1 for a row of features. */
  abstract int length(V input);

  /**
   * Makes a batch of inputs.
   *
   * @param length the length to pad each of them to
   */
  abstract Rows rows(List<V> inputs, int length);

  static boolean hasNull(ArrayData values) {
    for (int i = 0; i < values.numElements(); i++) {
      if (values.isNullAt(i)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Makes the present row's fault. It reaches logs and event logs, and the row is a secret. So it
   * contains nothing of the row: neither a value nor the row's length nor the position of the
   * fault.
   *
   * @param what the fault, in words that are the same for all rows with this kind of fault
   */
  final InvalidRow bad(String what) {
    return new InvalidRow("column '" + column + "' " + what);
  }
}
