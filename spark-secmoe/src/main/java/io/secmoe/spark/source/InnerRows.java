// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.rows.BatchCutter;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BasePredicate;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Predicate$;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * The rows of the inner scan's partition that meet the query's conditions. A row is valid until the
 * next one is asked for.
 */
final class InnerRows implements BatchCutter.Source<IOException>, Closeable {
  private final PartitionReader<?> reader;
  private final BasePredicate[] conditions;
  private Iterator<InternalRow> rows = Collections.emptyIterator();
  private InternalRow row;

  /**
   * @param reader reads rows or columnar batches
   * @param conditions rows that do not meet all of them are left out
   */
  InnerRows(PartitionReader<?> reader, List<Expression> conditions) {
    this.reader = reader;
    this.conditions =
        conditions.stream().map(Predicate$.MODULE$::create).toArray(BasePredicate[]::new);
    for (BasePredicate condition : this.conditions) {
      condition.initialize(0);
    }
  }

  @Override
  public boolean hasNext() throws IOException {
    while (row == null && advance()) {
      InternalRow candidate = rows.next();
      row = meets(candidate) ? candidate : null;
    }
    return row != null;
  }

  private boolean advance() throws IOException {
    while (!rows.hasNext() && reader.next()) {
      rows =
          reader.get() instanceof ColumnarBatch batch
              ? batch.rowIterator()
              : Collections.singletonList((InternalRow) reader.get()).iterator();
    }
    return rows.hasNext();
  }

  private boolean meets(InternalRow candidate) {
    for (BasePredicate condition : conditions) {
      if (!condition.eval(candidate)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the next row. Call it after {@link #hasNext} has returned true. */
  @Override
  public InternalRow next() {
    InternalRow next = row;
    row = null;
    return next;
  }

  CustomTaskMetric[] metrics() {
    return reader.currentMetricsValues();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
