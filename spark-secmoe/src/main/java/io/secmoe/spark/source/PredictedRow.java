package io.secmoe.spark.source;

import io.secmoe.model.Predictions;
import io.secmoe.spark.client.Columns;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.unsafe.types.UTF8String;

/** The added columns of one row after the other, those that are handed out. */
final class PredictedRow {
  private final List<UTF8String> labels;
  private final List<String> names;
  private final Columns columns;

  /** @param labels names of the classes */
  PredictedRow(List<String> labels, Layout layout) {
    this.labels = labels.stream().map(UTF8String::fromString).toList();
    this.names = layout.added().stream().map(StructField::name).toList();
    this.columns = layout.columns();
  }

  /** Of a row without features. */
  InternalRow none() {
    return new GenericInternalRow(names.size());
  }

  /** Of a row of the batch that was sent. */
  InternalRow of(Predictions predictions, int row) {
    GenericInternalRow values = new GenericInternalRow(names.size());
    for (int i = 0; i < names.size(); i++) {
      values.update(i, value(names.get(i), predictions, row));
    }
    return values;
  }

  private Object value(String name, Predictions predictions, int row) {
    if (name.equals(columns.prediction())) {
      return predictions.classes()[row];
    }
    return name.equals(columns.label()) ? labels.get(predictions.classes()[row])
        : UnsafeArrayData.fromPrimitiveArray(predictions.logits()[row]);
  }
}
