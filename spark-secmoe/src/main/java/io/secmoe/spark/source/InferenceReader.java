package io.secmoe.spark.source;

import io.secmoe.model.Predictions;
import io.secmoe.spark.client.BatchInference;
import io.secmoe.spark.client.FeatureReader;
import io.secmoe.spark.sql.Scala;
import io.secmoe.spark.task.JvmMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.ProjectingInternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.immutable.Seq;

/**
 * Cuts a partition into batches while it is read: the columns that pass go into Arrow vectors at once, the features are kept until the
 * batch is whole and inferred, then the predictions become vectors too. Rows without features are not sent, but pass with their batch.
 */
final class InferenceReader implements PartitionReader<ColumnarBatch> {
  private final InferenceReaders scan;
  private final InnerRows rows;
  private final FeatureReader reader;
  private final BatchInference inference;
  private final PredictedRow predicted;
  private final ProjectingInternalRow projection;
  private final ScanMetrics metrics = new ScanMetrics();
  private final BufferAllocator memory;

  private long left;
  private ArrowRows passed;
  private ArrowRows added;
  private ColumnarBatch batch;

  InferenceReader(InferenceReaders scan, InnerRows rows, UUID operator, TaskContext task) {
    Layout layout = scan.layout();
    this.scan = scan;
    this.rows = rows;
    this.left = scan.limit();
    this.reader = new FeatureReader(scan.model(), layout.columns().features(),
        layout.read().apply(layout.columns().features()).dataType(), task);
    this.inference = BatchInference.open(scan.model(), operator, task.partitionId(), task, report -> {
      scan.reports().add(report);
      metrics.add(report);
    });
    this.predicted = new PredictedRow(scan.model().layers().labels(), layout);
    this.projection = ProjectingInternalRow.apply(layout.passed(), indices(layout));
    this.memory = JvmMemory.root().newChildAllocator("secmoe data source", 0, Long.MAX_VALUE);
  }

  private static Seq<Object> indices(Layout layout) {
    return Scala.seq(Arrays.stream(layout.passed().fieldNames()).map(name -> (Object) layout.index(name)).toList());
  }

  @Override
  public boolean next() throws IOException {
    release();
    if (left == 0 || !rows.hasNext()) {
      return false;
    }
    Layout layout = scan.layout();
    passed = new ArrowRows(memory, layout.passed());
    List<float[]> features = readBatch(layout.index(layout.columns().features()));
    added = new ArrowRows(memory, new StructType(layout.added().toArray(StructField[]::new)));
    Predictions predictions = inference.infer(features.stream().filter(Objects::nonNull).toArray(float[][]::new));
    int answered = 0;
    for (float[] row : features) {
      added.write(row == null ? predicted.none() : predicted.of(predictions, answered++));
    }
    ColumnVector[] columns = Stream.concat(passed.finish().stream(), added.finish().stream()).toArray(ColumnVector[]::new);
    batch = new ColumnarBatch(columns, features.size());
    left -= features.size();
    return true;
  }

  /** Features of the next batch's rows, null where a row has none. */
  private List<float[]> readBatch(int index) throws IOException {
    int most = scan.model().batchRows();
    List<float[]> features = new ArrayList<>();
    int sent = 0;
    while (sent < most && features.size() < Math.min(left, 2L * most) && rows.hasNext()) {
      InternalRow row = rows.next();
      features.add(reader.read(row.isNullAt(index) ? null : row.getArray(index)));
      sent += features.get(features.size() - 1) == null ? 0 : 1;
      projection.project(row);
      passed.write(projection);
    }
    return features;
  }

  @Override
  public ColumnarBatch get() {
    return batch;
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return Stream.concat(Arrays.stream(rows.metrics()), metrics.values().stream()).toArray(CustomTaskMetric[]::new);
  }

  private void release() {
    for (ArrowRows some : Arrays.asList(passed, added)) {
      if (some != null) {
        some.close();
      }
    }
    passed = null;
    added = null;
    batch = null;
  }

  @Override
  public void close() throws IOException {
    try (memory; rows) {
      release();
    }
  }
}
