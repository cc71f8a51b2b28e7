// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import io.secmoe.spark.attempt.BatchInference;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.rows.BatchCutter;
import java.io.Serializable;
import java.util.Iterator;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The operator on one partition. It carries only public values to executors: names, types, paths,
 * addresses and the model's description.
 *
 * @param operator drawn for this execution
 * @param column name of the model's input
 * @param type type of the model's input
 * @param index index of the input in a row
 * @param output types of the operator's columns: the input's columns, int, and the numbers that the
 *     server reveals
 * @param metrics hears of every attempt
 */
record InferPartition(
    RemoteModel model,
    UUID operator,
    String column,
    DataType type,
    int index,
    DataType[] output,
    InferMetrics metrics)
    implements Serializable {
  /** Says how errors count the rows that they name. */
  static final String COUNTED =
      "rows and partitions are counted as the inference gets them, after filters, sorts and"
          + " exchanges; with "
          + SecMoeConf.BATCH_REBALANCE.key()
          + "=false there is no exchange but the query's own";

  Iterator<InternalRow> call(Iterator<InternalRow> rows, int partition, TaskContext task) {
    BatchCutter<?> cutter = BatchCutter.of(model, column, type, index, task).counting(COUNTED);
    task.addTaskCompletionListener(
        (TaskCompletionListener) ended -> metrics.addInvalid(cutter.invalidRows()));
    BatchInference inference = BatchInference.open(model, operator, partition, task, metrics::add);
    return new InferredRows(rows, cutter, inference, model.layers(), output);
  }
}
