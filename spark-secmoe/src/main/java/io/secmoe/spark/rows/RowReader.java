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
 * Reads and checks what rows bring to an inference, before anything is sent. Errors name a row by
 * its position in its partition and the kind of fault, and nothing else of the row. With {@code
 * spark.secmoe.rows.invalid=null} a row with a fault brings null instead. Used by one task.
 *
 * @param <V> what a row brings
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
   * @param column name of what is read, for error messages
   * @param task null where only {@link #faultOf} is asked
   */
  RowReader(RemoteModel model, String column, TaskContext task) {
    this.column = column;
    this.task = task;
    this.passing = model.conf().get(SecMoeConf.ROWS_INVALID) == RowsInvalid.NULL;
  }

  /**
   * The reader that suits a model and a column.
   *
   * @param type of the column, which {@link InputTypes#require} lets pass
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
   * What the next row brings; null if that is null, or has a fault and faults pass.
   *
   * @param index where it stands in the row
   * @throws InferenceException for what the model does not take
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

  /** The fault of the row that was read last; null if it has none. */
  final String fault() {
    return fault;
  }

  /** Rows with a fault that have passed until now. */
  final long invalid() {
    return invalid;
  }

  /** The fault of any row, which is not counted; null if it has none. */
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
   * @throws InvalidRow for what the model does not take
   */
  abstract V read(SpecializedGetters row, int index);

  /** Tokens that a row has; 1 if it has features. */
  abstract int length(V input);

  /**
   * A batch of them.
   *
   * @param length to pad each of them to
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
   * The present row's fault. It reaches logs and event logs, and the row is a secret: nothing of
   * the row may be in it, neither a value nor how long the row is nor where in it the fault is.
   *
   * @param what is wrong, the same for all rows with this kind of fault
   */
  final InvalidRow bad(String what) {
    return new InvalidRow("column '" + column + "' " + what);
  }
}
