// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.remote.InputTypes;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.remote.RemoteModels;
import java.util.Arrays;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;

/**
 * One physical scan on the driver. Equal scans make equal batches, which tells Spark that one run
 * is enough.
 */
final class InferenceBatch implements Batch {
  private final InferenceScan scan;
  private final Batch inner;
  private PartitionReaderFactory readers;

  InferenceBatch(InferenceScan scan) {
    this.scan = scan;
    this.inner = scan.inner().toBatch();
  }

  private synchronized PartitionReaderFactory readers() {
    if (readers == null) {
      readers = inner.createReaderFactory();
    }
    return readers;
  }

  /** Asks how each partition is to be read, since some factories know it on the driver only. */
  @Override
  public InputPartition[] planInputPartitions() {
    return Arrays.stream(inner.planInputPartitions())
        .map(
            partition ->
                new InferencePartition(
                    partition, readers().supportColumnarReads(partition), UUID.randomUUID()))
        .toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    RemoteModel now = RemoteModels.current(scan.model());
    String input = scan.layout().columns().input();
    InputTypes.require(now, input, scan.layout().read().apply(input).dataType());
    return new InferenceReaders(
        readers(),
        now,
        scan.layout(),
        scan.limit(),
        RemoteModels.reports(SparkSession.active().sparkContext()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InferenceBatch that && scan.equals(that.scan);
  }

  @Override
  public int hashCode() {
    return scan.hashCode();
  }
}
