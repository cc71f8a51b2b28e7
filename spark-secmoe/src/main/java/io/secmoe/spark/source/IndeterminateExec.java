// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.sql.logical.Scala;
import java.util.Objects;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnaryExecNode;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A columnar scan's batches, marked as indeterminate: they may differ when they are computed again.
 */
public final class IndeterminateExec extends SparkPlan implements UnaryExecNode {
  private static final long serialVersionUID = 1L;

  private final SparkPlan child;

  public IndeterminateExec(SparkPlan child) {
    this.child = child;
  }

  @Override
  public SparkPlan child() {
    return child;
  }

  // Implements the methods that UnaryExecNode supplies: from Java, SparkPlan's abstract methods
  // hide them.
  @Override
  public Seq<SparkPlan> children() {
    return Scala.seq(child);
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return withNewChildInternal(children.apply(0));
  }

  @Override
  public SparkPlan withNewChildInternal(SparkPlan newChild) {
    return new IndeterminateExec(newChild);
  }

  @Override
  public Seq<Attribute> output() {
    return child.output();
  }

  @Override
  public Partitioning outputPartitioning() {
    return child.outputPartitioning();
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering();
  }

  @Override
  public boolean supportsColumnar() {
    return true;
  }

  @Override
  public RDD<ColumnarBatch> doExecuteColumnar() {
    return new IndeterminateRDD(child.executeColumnar());
  }

  @Override
  public RDD<InternalRow> doExecute() {
    throw new UnsupportedOperationException("the data source secmoe is columnar");
  }

  @Override
  public String nodeName() {
    return "Indeterminate";
  }

  @Override
  public int productArity() {
    return 1;
  }

  @Override
  public Object productElement(int n) {
    return Objects.checkIndex(n, 1) == 0 ? child : null;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof IndeterminateExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IndeterminateExec that && child.equals(that.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(IndeterminateExec.class, child);
  }
}
