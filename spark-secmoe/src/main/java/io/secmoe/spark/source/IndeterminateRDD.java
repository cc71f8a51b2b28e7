// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.Enumeration;
import scala.collection.Iterator;
import scala.reflect.ClassTag;

/**
 * A scan's batches with their true level: two attempts at a batch may differ by a unit in the last
 * place of a logit, so the level is indeterminate.
 */
final class IndeterminateRDD extends RDD<ColumnarBatch> {
  private static final long serialVersionUID = 1L;
  private static final ClassTag<ColumnarBatch> BATCH =
      scala.reflect.ClassTag$.MODULE$.apply(ColumnarBatch.class);

  IndeterminateRDD(RDD<ColumnarBatch> scan) {
    super(scan, BATCH);
  }

  @Override
  public Iterator<ColumnarBatch> compute(Partition partition, TaskContext task) {
    return firstParent(BATCH).iterator(partition, task);
  }

  @Override
  public Partition[] getPartitions() {
    return firstParent(BATCH).partitions();
  }

  @Override
  public Enumeration.Value getOutputDeterministicLevel() {
    return DeterministicLevel.INDETERMINATE();
  }
}
