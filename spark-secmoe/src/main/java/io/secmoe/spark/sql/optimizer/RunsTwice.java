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
 * Finds plans in which Spark would run an inference twice. A range partitioner samples its input in
 * a job of its own before it reads it, and only an exchange between the two keeps the inferred
 * rows.
 */
final class RunsTwice {
  private RunsTwice() {}

  /**
   * Returns true if the plan is range-partitioned, as global sorts and REPARTITION_BY_RANGE are,
   * over an inference without an exchange.
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

  /**
   * Returns true if a limit has left one partition, which can be sorted without being partitioned.
   */
  private static boolean single(LogicalPlan plan) {
    return Narrow.bottom(plan) instanceof PrivateInfer infer
        && (oneBatch(infer) || single(infer.child()));
  }

  /**
   * Returns true if a limit leaves one partition of no more rows than a batch takes. These rows
   * stay together.
   */
  static boolean oneBatch(PrivateInfer infer) {
    Option<Object> most = infer.child().maxRows();
    return Narrow.limited(infer.child())
        && most.isDefined()
        && (Long) most.get() <= infer.model().batchLimits().largest().count();
  }

  /**
   * Returns true if an inference runs in the same tasks, or may do so. One exchange too many costs
   * little.
   */
  private static boolean repeats(LogicalPlan plan) {
    // Adaptive execution replaces an inference whose input is computed by a physical plan. The
    // plans below exchanges do not show in it.
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
   * Returns true if Spark knows nothing about where the plan's rows are, and so needs an exchange
   * to bring equal keys together.
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
