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
 * The operator on one partition. What it carries to executors is public: names, types, paths,
 * addresses, the model's description.
 *
 * @param operator drawn for this execution
 * @param column name of what the model gets
 * @param type of it
 * @param index where it stands in a row
 * @param output types of the operator's columns: the input's, int, and what the server reveals
 * @param metrics told of every attempt
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
  /** How the rows that errors name are counted. */
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
