// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import org.apache.spark.Partition;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Enumeration;
import scala.Option;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/**
 * The operator's rows. Two attempts at a batch may differ by a unit in the last place of a logit,
 * and then in a label, so rows that are computed again are not equal to the lost ones. Therefore
 * the level is indeterminate, and Spark repeats everything that depends on a lost block.
 */
final class PrivateInferRDD extends RDD<InternalRow> {
  private static final long serialVersionUID = 1L;
  private static final ClassTag<InternalRow> ROW =
      scala.reflect.ClassTag$.MODULE$.apply(InternalRow.class);

  private final InferPartition operator;

  PrivateInferRDD(RDD<InternalRow> input, InferPartition operator) {
    super(input, ROW);
    this.operator = operator;
  }

  @Override
  public Iterator<InternalRow> compute(Partition partition, TaskContext task) {
    RDD<InternalRow> input = firstParent(ROW);
    return CollectionConverters.asScala(
        operator.call(
            CollectionConverters.asJava(input.iterator(partition, task)), partition.index(), task));
  }

  @Override
  public Partition[] getPartitions() {
    return firstParent(ROW).partitions();
  }

  @Override
  public Option<Partitioner> partitioner() {
    return firstParent(ROW).partitioner();
  }

  @Override
  public Enumeration.Value getOutputDeterministicLevel() {
    return DeterministicLevel.INDETERMINATE();
  }
}
