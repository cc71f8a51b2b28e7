package io.secmoe.spark.sql;

import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.RebalancePartitions;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Tail;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.CollectTailExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.Option;
import scala.collection.immutable.Seq;

/**
 * Plans {@link PrivateInfer}, over full batches where the configuration asks for them, and keeps range partitioners from running it
 * twice.
 */
public final class InferenceStrategy extends SparkStrategy {
  private final SparkSession session;

  public InferenceStrategy(SparkSession session) {
    this.session = session;
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    if (plan instanceof PrivateInfer infer && manyBatchesInOnePartition(infer)) {
      LogicalPlan spread = infer.withNewChildInternal(exchange(infer.child()));
      return Scala.seq(planLater(new Sort(infer.child().outputOrdering(), true, spread, Option.empty())));
    }
    if (plan instanceof PrivateInfer infer) {
      SparkPlan child = planLater(FullBatches.of(session, infer));
      return Scala.seq(new PrivateInferExec(infer.model(), infer.input(), infer.prediction(), infer.revealed(), child));
    }
    if (RunsTwice.is(plan)) {
      return Scala.seq(planLater((LogicalPlan) plan.withNewChildren(Scala.seq(exchange(Passing.child(plan))))));
    }
    // Spark plans this at the top of a query only, and PushBelow moves it down.
    if (plan instanceof Tail tail && tail.limitExpr() instanceof Literal rows) {
      return Scala.seq(new CollectTailExec((Integer) rows.value(), planLater(tail.child())));
    }
    return Scala.seq();
  }

  /** The first rows of a sort are all in one partition, and may be sorted again after they have been inferred in several. */
  private boolean manyBatchesInOnePartition(PrivateInfer infer) {
    LogicalPlan child = infer.child();
    return session.sessionState().conf().adaptiveExecutionEnabled() && Narrow.limited(child) && !RunsTwice.oneBatch(infer)
        && !child.outputOrdering().isEmpty();
  }

  private static LogicalPlan exchange(LogicalPlan child) {
    return new RebalancePartitions(Scala.seq(), child, Option.empty(), Option.empty());
  }
}
