// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.model.inference.Predictions;
import io.secmoe.model.layers.LayerList;
import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.remote.Revealed;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.unsafe.types.UTF8String;

/** Makes the added columns that are handed out, of one row after the other. */
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

  /**
   * Returns the columns of a row without an answer.
   *
   * @param fault the reason; null if the row has no input
   */
  InternalRow none(String fault) {
    InternalRow values = new GenericInternalRow(names.size());
    if (names.contains(columns.reason())) {
      values.update(names.indexOf(columns.reason()), UTF8String.fromString(fault));
    }
    return values;
  }

  /** Returns the columns of a row that was sent. It has no answer if it left its ranges. */
  InternalRow of(Predictions predictions, int row) {
    if (predictions.outOfRange()[row]) {
      return none(Columns.OUT_OF_RANGE);
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
    return name.equals(columns.label())
        ? labels.get(predictions.classes()[row])
        : Revealed.of(layers, predictions, row);
  }
}
