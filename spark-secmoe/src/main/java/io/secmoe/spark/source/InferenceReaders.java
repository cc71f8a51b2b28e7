// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.metrics.AttemptReports;
import io.secmoe.spark.remote.RemoteModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** The values that go to the tasks of a scan. All are public. */
record InferenceReaders(
    PartitionReaderFactory inner,
    RemoteModel model,
    Layout layout,
    int limit,
    AttemptReports reports)
    implements PartitionReaderFactory {
  private static final long serialVersionUID = 1L;

  @Override
  public boolean supportColumnarReads(InputPartition partition) {
    return true;
  }

  @Override
  public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
    InferencePartition part = (InferencePartition) partition;
    PartitionReader<?> reader =
        part.columnar()
            ? inner.createColumnarReader(part.inner())
            : inner.createReader(part.inner());
    try {
      return new InferenceReader(
          this, new InnerRows(reader, layout.conditions()), part.operator(), TaskContext.get());
    } catch (RuntimeException e) {
      close(reader);
      throw e;
    }
  }

  private static void close(PartitionReader<?> reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    throw new UnsupportedOperationException("the data source secmoe is columnar");
  }
}
