package io.secmoe.spark.client;

import io.secmoe.model.FeatureInput;
import io.secmoe.model.ModelException;
import io.secmoe.model.Rows;
import io.secmoe.spark.client.InferenceException.Kind;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;

/**
 * Reads and checks what rows bring to an inference, before anything is sent. Errors name a row by its position, never a value. Used by one
 * task.
 *
 * @param <V> what a row brings
 */
abstract class RowReader<V> {
  private final String column;
  private final TaskContext task;
  private long position;
  private String counted = "";

  /** @param column name of what is read, for error messages */
  RowReader(String column, TaskContext task) {
    this.column = column;
    this.task = task;
  }

  /**
   * The reader that suits a model and a column.
   *
   * @param type of the column, which {@link InputTypes#require} lets pass
   * @throws InferenceException UNUSABLE if a file that it needs is not there
   */
  static RowReader<?> of(RemoteModel model, String column, DataType type, TaskContext task) {
    if (model.layers().input() instanceof FeatureInput) {
      return new FeatureReader(model, column, type, task);
    }
    try {
      return type instanceof StringType ? new TextReader(model, column, type, task) : new TokenReader(model, column, type, task);
    } catch (ModelException e) {
      throw BatchInference.giveUp(task, new InferenceException(Kind.UNUSABLE, e.getMessage(), e));
    }
  }

  /**
   * What the next row brings, or null if that is null.
   *
   * @param index where it stands in the row
   * @throws InferenceException for what the model does not take
   */
  final V next(SpecializedGetters row, int index) {
    try {
      return row.isNullAt(index) ? null : read(row, index);
    } catch (InferenceException e) {
      throw BatchInference.giveUp(task, e);
    } finally {
      position++;
    }
  }

  /** Says in errors how rows are counted. */
  final void counting(String how) {
    counted = "; " + how;
  }

  abstract V read(SpecializedGetters row, int index);

  /** Tokens that a row has; 1 if it has features. */
  abstract int length(V input);

  /**
   * A batch of them.
   *
   * @param length to pad each of them to
   */
  abstract Rows rows(List<V> inputs, int length);

  /** The present row's error. */
  final InferenceException bad(String what) {
    return new InferenceException(Kind.UNUSABLE,
        "row " + position + " of partition " + task.partitionId() + ": column '" + column + "' " + what + counted);
  }
}
