// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.sql.logical.Analysis;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.arrow.ArrowWriter;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.sql.vectorized.ArrowColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;

/**
 * Some columns of one batch, off the heap. Its maker closes it. Closing the column vectors does the
 * same, and both is allowed.
 */
final class ArrowRows implements AutoCloseable {
  private final VectorSchemaRoot root;
  private final ArrowWriter writer;

  ArrowRows(BufferAllocator memory, StructType columns) {
    root = VectorSchemaRoot.create(schema(columns), memory);
    writer = ArrowWriter.create(root);
  }

  /** Throws an AnalysisException that names the first column whose type Arrow has no vector for. */
  static void check(StructType columns) {
    for (StructField column : columns.fields()) {
      try {
        schema(new StructType(new StructField[] {column}));
      } catch (RuntimeException e) {
        throw Analysis.error(
            "the data source secmoe cannot pass on column '"
                + column.name()
                + "' of type "
                + column.dataType().simpleString()
                + ", which has no Arrow vector; do not select it, or use the SQL functions");
      }
    }
  }

  /**
   * Timestamps pass unchanged, so any time zone will do. Offsets have 64 bits, since texts may be
   * long.
   */
  private static Schema schema(StructType columns) {
    return ArrowUtils.toArrowSchema(columns, "UTC", false, true);
  }

  void write(InternalRow row) {
    writer.write(row);
  }

  /** Ends the batch and returns its columns. */
  List<ColumnVector> finish() {
    writer.finish();
    return root.getFieldVectors().stream()
        .flatMap(vector -> Stream.<ColumnVector>of(new ArrowColumnVector(vector)))
        .toList();
  }

  @Override
  public void close() {
    root.close();
  }
}
