package io.secmoe.spark.source;

import java.io.Closeable;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** The rows of the inner scan's partition. A row is valid until the next one is asked for. */
final class InnerRows implements Closeable {
  private final PartitionReader<?> reader;
  private Iterator<InternalRow> rows = Collections.emptyIterator();

  /** @param reader of rows or of columnar batches */
  InnerRows(PartitionReader<?> reader) {
    this.reader = reader;
  }

  boolean hasNext() throws IOException {
    while (!rows.hasNext() && reader.next()) {
      rows = reader.get() instanceof ColumnarBatch batch ? batch.rowIterator()
          : Collections.singletonList((InternalRow) reader.get()).iterator();
    }
    return rows.hasNext();
  }

  InternalRow next() {
    return rows.next();
  }

  CustomTaskMetric[] metrics() {
    return reader.currentMetricsValues();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
