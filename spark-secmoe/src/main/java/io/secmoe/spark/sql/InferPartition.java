package io.secmoe.spark.sql;

import io.secmoe.spark.client.BatchInference;
import io.secmoe.spark.client.FeatureReader;
import io.secmoe.spark.client.RemoteModel;
import java.io.Serializable;
import java.util.Iterator;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/**
 * The operator on one partition. What it carries to executors is public: names, types, paths, addresses, the model's description.
 *
 * @param operator drawn for this execution
 * @param column name of the features
 * @param features their type
 * @param index where they stand in a row
 * @param output types of the operator's columns: the input's, int, array of float
 * @param metrics told of every attempt
 */
record InferPartition(RemoteModel model, UUID operator, String column, DataType features, int index, DataType[] output,
    InferMetrics metrics) implements Serializable {
  Iterator<InternalRow> call(Iterator<InternalRow> rows, int partition, TaskContext task) {
    FeatureReader reader = new FeatureReader(model, column, features, task);
    BatchInference inference = BatchInference.open(model, operator, partition, task, metrics::add);
    return new InferredRows(rows, row -> reader.read(row.isNullAt(index) ? null : row.getArray(index)), inference, model.batchRows(),
        output);
  }
}
