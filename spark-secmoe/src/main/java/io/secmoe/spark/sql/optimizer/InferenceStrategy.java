// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.sql.execution.PrivateInferExec;
import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Tail;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.CollectTailExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.Option;
import scala.collection.immutable.Seq;

/**
 * Plans {@link PrivateInfer}, over full batches where the configuration asks for them. It also
 * keeps range partitioners from running an inference twice.
 */
public final class InferenceStrategy extends SparkStrategy {
  private final SparkSession session;

  public InferenceStrategy(SparkSession session) {
    this.session = session;
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    if (plan instanceof PrivateInfer infer) {
      LogicalPlan spread = FullBatches.spread(infer);
      return Scala.seq(
          spread == null
              ? inference(infer)
              : planLater(
                  new Sort(
                      infer.child().outputOrdering(),
                      true,
                      infer.withNewChildInternal(spread),
                      Option.empty())));
    }
    if (RunsTwice.is(plan)) {
      return Scala.seq(
          planLater(plan.withNewChildren(Scala.seq(FullBatches.rebalance(Passing.child(plan))))));
    }
    // Spark plans this only at the top of a query, and PushBelow moves it down.
    if (plan instanceof Tail tail && tail.limitExpr() instanceof Literal rows) {
      return Scala.seq(new CollectTailExec((Integer) rows.value(), planLater(tail.child())));
    }
    return Scala.seq();
  }

  private SparkPlan inference(PrivateInfer infer) {
    SparkPlan child = FullBatches.of(session, infer, this::planLater);
    return new PrivateInferExec(
        infer.model(), infer.input(), infer.prediction(), infer.revealed(), child);
  }
}
