package io.secmoe.spark.sql;

import io.secmoe.model.Predictions;
import io.secmoe.spark.client.BatchInference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.DataType;

/**
 * A partition's rows with their predictions: a whole batch is buffered, inferred, and only then come its rows. Rows without features do
 * not go into a batch, but wait with it.
 */
final class InferredRows implements Iterator<InternalRow> {
  private final Iterator<InternalRow> input;
  private final Function<InternalRow, float[]> reader;
  private final BatchInference inference;
  private final int batchRows;
  private final UnsafeProjection projection;
  private final JoinedRow joined = new JoinedRow();

  private List<InternalRow> rows = List.of();
  private List<float[]> features = List.of();
  private Predictions predictions;
  private int next;
  private int answered;

  /**
   * @param reader features of a row, null if it has none
   * @param output types of the input's columns, int, array of float
   */
  InferredRows(Iterator<InternalRow> input, Function<InternalRow, float[]> reader, BatchInference inference, int batchRows,
      DataType[] output) {
    this.input = input;
    this.reader = reader;
    this.inference = inference;
    this.batchRows = batchRows;
    this.projection = UnsafeProjection.create(output);
  }

  @Override
  public boolean hasNext() {
    while (next == rows.size() && input.hasNext()) {
      nextBatch();
    }
    return next < rows.size();
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    GenericInternalRow added = new GenericInternalRow(2);
    if (features.get(next) != null) {
      added.update(0, predictions.classes()[answered]);
      added.update(1, predictions.logits() == null ? null : UnsafeArrayData.fromPrimitiveArray(predictions.logits()[answered]));
      answered++;
    }
    return projection.apply(joined.apply(rows.get(next++), added));
  }

  private void nextBatch() {
    rows = new ArrayList<>();
    features = new ArrayList<>();
    int sent = 0;
    while (sent < batchRows && rows.size() < 2 * batchRows && input.hasNext()) {
      // Spark reuses the row it hands out.
      InternalRow row = input.next().copy();
      rows.add(row);
      features.add(reader.apply(row));
      sent += features.get(features.size() - 1) == null ? 0 : 1;
    }
    next = 0;
    answered = 0;
    predictions = inference.infer(features.stream().filter(Objects::nonNull).toArray(float[][]::new));
  }
}
