// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.model.inference.Predictions;
import io.secmoe.model.input.Rows;
import io.secmoe.spark.attempt.BatchInference;
import io.secmoe.spark.memory.JvmMemory;
import io.secmoe.spark.rows.BatchCutter;
import io.secmoe.spark.source.metrics.ScanMetrics;
import io.secmoe.spark.sql.logical.Scala;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.ProjectingInternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.immutable.Seq;

/**
 * Cuts a partition into batches while it is read. The columns that pass go into Arrow vectors at
 * once. The model's input is kept until the batch is whole and inferred; then the predictions
 * become vectors too. Rows without an input are not sent, but pass with their batch.
 */
final class InferenceReader implements PartitionReader<ColumnarBatch> {
  private final InferenceReaders scan;
  private final InnerRows rows;
  private final BatchCutter<?> cutter;
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
    String input = layout.columns().input();
    this.cutter =
        BatchCutter.of(
            scan.model(), input, layout.read().apply(input).dataType(), layout.index(input), task);
    this.inference =
        BatchInference.open(
            scan.model(),
            operator,
            task.partitionId(),
            task,
            report -> {
              scan.reports().add(report);
              metrics.add(report);
            });
    this.predicted = new PredictedRow(scan.model().layers(), layout);
    this.projection = ProjectingInternalRow.apply(layout.passed(), indices(layout));
    this.memory = JvmMemory.root().newChildAllocator("secmoe data source", 0, Long.MAX_VALUE);
  }

  private static Seq<Object> indices(Layout layout) {
    return Scala.seq(
        Arrays.stream(layout.passed().fieldNames())
            .map(name -> (Object) layout.index(name))
            .toList());
  }

  @Override
  public boolean next() throws IOException {
    release();
    if (left == 0 || !cutter.hasNext(rows)) {
      return false;
    }
    Layout layout = scan.layout();
    passed = new ArrowRows(memory, layout.passed());
    List<Boolean> sent = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    Rows input =
        cutter.next(
            rows,
            left,
            (row, isSent, fault) -> {
              sent.add(isSent);
              faults.add(fault);
              projection.project(row);
              passed.write(projection);
            });
    added = new ArrowRows(memory, new StructType(layout.added().toArray(StructField[]::new)));
    Predictions predictions = inference.infer(input);
    int answered = 0;
    for (int i = 0; i < sent.size(); i++) {
      added.write(
          sent.get(i) ? predicted.of(predictions, answered++) : predicted.none(faults.get(i)));
    }
    metrics.invalid(cutter.invalidRows());
    ColumnVector[] columns =
        Stream.concat(passed.finish().stream(), added.finish().stream())
            .toArray(ColumnVector[]::new);
    batch = new ColumnarBatch(columns, sent.size());
    left -= sent.size();
    return true;
  }

  @Override
  public ColumnarBatch get() {
    return batch;
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return Stream.concat(Arrays.stream(rows.metrics()), metrics.values().stream())
        .toArray(CustomTaskMetric[]::new);
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
    try (memory;
        rows) {
      release();
    }
  }
}
