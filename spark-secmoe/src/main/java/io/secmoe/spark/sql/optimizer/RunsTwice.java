// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.sql.execution.PrivateInferExec;
import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import io.secmoe.spark.sql.logical.UnfoldingScan;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.RebalancePartitions;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionByExpression;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionOperation;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.physical.UnknownPartitioning;
import org.apache.spark.sql.execution.LogicalRDD;
import org.apache.spark.sql.execution.adaptive.LogicalQueryStage;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import scala.Option;

/**
 * Tells where Spark would run an inference twice: a range partitioner samples its input in a job of
 * its own before it reads it, and only an exchange between the two keeps what was inferred.
 */
final class RunsTwice {
  private RunsTwice() {}

  /**
   * Whether the plan is range-partitioned, as global sorts and REPARTITION_BY_RANGE are, over an
   * inference without an exchange.
   */
  static boolean is(LogicalPlan plan) {
    boolean already = plan instanceof Sort && single(Passing.child(plan));
    return ranges(plan) && !plan.isStreaming() && !already && repeats(Passing.child(plan));
  }

  private static boolean ranges(LogicalPlan plan) {
    return plan instanceof Sort sort && sort.global()
        || plan instanceof RepartitionByExpression repartition
            && Scala.list(repartition.partitionExpressions()).stream()
                .anyMatch(e -> e instanceof SortOrder);
  }

  /** A limit has left one partition, which need not be partitioned to be sorted. */
  private static boolean single(LogicalPlan plan) {
    return Narrow.bottom(plan) instanceof PrivateInfer infer
        && (oneBatch(infer) || single(infer.child()));
  }

  /**
   * Whether a limit leaves one partition of no more rows than a batch takes: these stay together.
   */
  static boolean oneBatch(PrivateInfer infer) {
    Option<Object> most = infer.child().maxRows();
    return Narrow.limited(infer.child())
        && most.isDefined()
        && (Long) most.get() <= infer.model().batchLimits().largest().count();
  }

  /**
   * Whether an inference runs in the same tasks, or may do so: an exchange too many costs little.
   */
  private static boolean repeats(LogicalPlan plan) {
    // Adaptive execution puts a physical plan in the place of an inference whose input is there.
    // What lies below exchanges does not show in it.
    if (plan instanceof LogicalQueryStage stage) {
      return !Scala.list(
              stage.physicalPlan().collect(Scala.where(PrivateInferExec.class::isInstance, p -> p)))
          .isEmpty();
    }
    if (plan instanceof PrivateInfer
        || plan instanceof DataSourceV2ScanRelation scan && scan.scan() instanceof UnfoldingScan) {
      return true;
    }
    boolean shuffled =
        plan instanceof RebalancePartitions
            || plan instanceof RepartitionOperation repartition && repartition.shuffle()
            || plan instanceof Aggregate aggregate && !aggregate.groupingExpressions().isEmpty();
    boolean certainly =
        shuffled
            && (plan instanceof RebalancePartitions
                || ranges(plan)
                || scattered(Passing.child(plan)));
    return !certainly && Scala.list(plan.children()).stream().anyMatch(RunsTwice::repeats);
  }

  /**
   * Whether Spark knows nothing of where its rows are, and cannot do without an exchange by a key.
   */
  private static boolean scattered(LogicalPlan plan) {
    LogicalPlan bottom = Narrow.bottom(plan);
    return bottom instanceof PrivateInfer infer
        ? scattered(infer.child())
        : bottom instanceof LocalRelation
            || bottom instanceof LogicalRDD rdd
                && rdd.outputPartitioning() instanceof UnknownPartitioning
            || bottom instanceof DataSourceV2ScanRelation scan
                && scan.keyGroupedPartitioning().isEmpty()
            || bottom instanceof LogicalRelation relation
                && relation.relation() instanceof HadoopFsRelation files
                && files.bucketSpec().isEmpty();
  }
}
