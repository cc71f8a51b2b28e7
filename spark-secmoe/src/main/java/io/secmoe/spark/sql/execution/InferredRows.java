// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import io.secmoe.model.inference.Predictions;
import io.secmoe.model.layers.LayerList;
import io.secmoe.spark.attempt.BatchInference;
import io.secmoe.spark.remote.Revealed;
import io.secmoe.spark.rows.BatchCutter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.DataType;

/**
 * A partition's rows with their predictions. A whole batch is buffered and inferred before its rows
 * come out. Rows that are not sent wait with it.
 */
final class InferredRows implements Iterator<InternalRow> {
  private final BatchCutter.Source<RuntimeException> input;
  private final BatchCutter<?> cutter;
  private final BatchInference inference;
  private final LayerList layers;
  private final UnsafeProjection projection;
  private final JoinedRow joined = new JoinedRow();

  private final List<InternalRow> rows = new ArrayList<>();
  private final BitSet sent = new BitSet();
  private Predictions predictions;
  private int next;
  private int answered;

  /**
   * @param output types of the input's columns, int, and the numbers that the server reveals
   */
  InferredRows(
      Iterator<InternalRow> input,
      BatchCutter<?> cutter,
      BatchInference inference,
      LayerList layers,
      DataType[] output) {
    this.input = source(input);
    this.cutter = cutter;
    this.inference = inference;
    this.layers = layers;
    this.projection = UnsafeProjection.create(output);
  }

  /** Copies rows, because Spark reuses the row that it hands out. */
  private static BatchCutter.Source<RuntimeException> source(Iterator<InternalRow> input) {
    return new BatchCutter.Source<>() {
      @Override
      public boolean hasNext() {
        return input.hasNext();
      }

      @Override
      public InternalRow next() {
        return input.next().copy();
      }
    };
  }

  @Override
  public boolean hasNext() {
    while (next == rows.size() && cutter.hasNext(input)) {
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
    if (sent.get(next)) {
      if (!predictions.outOfRange()[answered]) {
        added.update(0, predictions.classes() == null ? null : predictions.classes()[answered]);
        added.update(1, Revealed.of(layers, predictions, answered));
      }
      answered++;
    }
    return projection.apply(joined.apply(rows.get(next++), added));
  }

  private void nextBatch() {
    rows.clear();
    sent.clear();
    next = 0;
    answered = 0;
    predictions =
        inference.infer(
            cutter.next(
                input,
                Long.MAX_VALUE,
                (row, isSent, fault) -> {
                  sent.set(rows.size(), isSent);
                  rows.add(row);
                }));
  }
}
