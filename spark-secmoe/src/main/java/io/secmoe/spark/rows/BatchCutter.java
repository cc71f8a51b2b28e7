// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.rows;

import io.secmoe.model.input.Rows;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.BatchLimits;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.RemoteModel;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.util.TaskCompletionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts a partition into batches while its rows come, in their order. A batch takes rows until the
 * next one would be too much for it; that row begins the next batch. Rows with null as input are
 * not sent, but pass with their batch. Rows with a fault do so as well if the configuration lets
 * them pass. Used by one task.
 *
 * @param <V> the type of a row's input
 */
public final class BatchCutter<V> {
  /** A partition's rows. Each needs to be valid only until the next one is asked for. */
  public interface Source<E extends Exception> {
    boolean hasNext() throws E;

    InternalRow next() throws E;
  }

  /** Receives a batch's rows, one after the other. */
  public interface Keeper {
    /**
     * Takes the next row of the batch.
     *
     * @param sent true if the row is among those to be inferred
     * @param fault the reason why the model does not take the row's input; null if it takes it, or
     *     there is none
     */
    void keep(InternalRow row, boolean sent, String fault);
  }

  private static final Logger LOG = LoggerFactory.getLogger(BatchCutter.class);

  private final RowReader<V> reader;
  private final BatchLimits limits;
  private final int index;

  /** The row that comes next, with its input, once it has been read. */
  private InternalRow row;

  private V input;

  private BatchCutter(RowReader<V> reader, BatchLimits limits, int index) {
    this.reader = reader;
    this.limits = limits;
    this.index = index;
  }

  /**
   * Makes a cutter for the present task.
   *
   * @param column name of the model's input, for error messages
   * @param type type of the model's input
   * @param index index of the input in a row
   */
  public static BatchCutter<?> of(
      RemoteModel model, String column, DataType type, int index, TaskContext task) {
    BatchCutter<?> cutter =
        new BatchCutter<>(RowReader.of(model, column, type, task), model.batchLimits(), index);
    task.addTaskCompletionListener(
        (TaskCompletionListener) ended -> cutter.tell(task.partitionId()));
    return cutter;
  }

  private void tell(int partition) {
    if (invalidRows() > 0) {
      LOG.warn(
          "In partition {} the model does not take the input of {} rows: they are not sent and get"
              + " null predictions, as {} says",
          partition,
          invalidRows(),
          SecMoeConf.ROWS_INVALID.key());
    }
  }

  /**
   * Returns the number of rows until now that are not sent because the model does not take their
   * input.
   */
  public long invalidRows() {
    return reader.invalid();
  }

  /** Says in errors about a row how rows are counted, if it is not their order in the input. */
  public BatchCutter<V> counting(String how) {
    reader.counting(how);
    return this;
  }

  /** Returns true if there is another batch. */
  public <E extends Exception> boolean hasNext(Source<E> source) throws E {
    return row != null || source.hasNext();
  }

  /**
   * Returns the next batch's rows to be inferred, perhaps none.
   *
   * @param most rows to keep, at least 1
   * @throws InferenceException for a row that the model does not take
   */
  public <E extends Exception> Rows next(Source<E> source, long most, Keeper keeper) throws E {
    List<V> inputs = new ArrayList<>();
    int length = 1;
    long room = Math.min(most, 2L * limits.rows());
    for (long kept = 0;
        kept < room && limits.fits(inputs.size() + 1, length) && read(source);
        kept++) {
      if (input != null) {
        int needed = Math.max(length, limits.padded(reader.length(input)));
        if (!limits.fits(inputs.size() + 1, needed)) {
          break;
        }
        length = needed;
        inputs.add(input);
      }
      keeper.keep(row, input != null, reader.fault());
      row = null;
    }
    return reader.rows(inputs, length);
  }

  private <E extends Exception> boolean read(Source<E> source) throws E {
    if (row == null && source.hasNext()) {
      row = source.next();
      input = reader.next(row, index);
    }
    return row != null;
  }
}
