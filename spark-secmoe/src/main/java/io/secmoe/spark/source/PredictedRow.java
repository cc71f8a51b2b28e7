package io.secmoe.spark.source;

import io.secmoe.model.LayerList;
import io.secmoe.model.Predictions;
import io.secmoe.spark.client.Columns;
import io.secmoe.spark.client.Revealed;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.unsafe.types.UTF8String;

/** The added columns of one row after the other, those that are handed out. */
final class PredictedRow {
  private final LayerList layers;
  private final List<UTF8String> labels;
  private final List<String> names;
  private final Columns columns;

  PredictedRow(LayerList layers, Layout layout) {
    this.layers = layers;
    this.labels = layers.labels().stream().map(UTF8String::fromString).toList();
    this.names = layout.added().stream().map(StructField::name).toList();
    this.columns = layout.columns();
  }

  /** Of a row that is not sent. */
  InternalRow none() {
    return new GenericInternalRow(names.size());
  }

  /**
   * Of a row that is not sent.
   *
   * @param fault why the model does not take its input, null if it has none
   */
  InternalRow none(String fault) {
    InternalRow values = none();
    if (names.contains(columns.reason())) {
      values.update(names.indexOf(columns.reason()), UTF8String.fromString(fault));
    }
    return values;
  }

  /** Of a row of the batch that was sent; as of one that was not if it left its ranges. */
  InternalRow of(Predictions predictions, int row) {
    if (predictions.outOfRange()[row]) {
      return none();
    }
    GenericInternalRow values = new GenericInternalRow(names.size());
    for (int i = 0; i < names.size(); i++) {
      values.update(i, value(names.get(i), predictions, row));
    }
    return values;
  }

  private Object value(String name, Predictions predictions, int row) {
    if (name.equals(columns.reason())) {
      return null;
    }
    if (name.equals(columns.prediction())) {
      return predictions.classes()[row];
    }
    return name.equals(columns.label()) ? labels.get(predictions.classes()[row])
        : Revealed.of(layers, predictions, row);
  }
}
