package io.secmoe.spark.sql;

import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.RebalancePartitions;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.Option;
import scala.collection.immutable.Seq;

/** Plans {@link PrivateInfer}, over full batches where the configuration asks for them, and keeps global sorts from running it twice. */
public final class InferenceStrategy extends SparkStrategy {
  private final SparkSession session;

  public InferenceStrategy(SparkSession session) {
    this.session = session;
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    if (plan instanceof PrivateInfer infer) {
      SparkPlan child = FullBatches.of(session, infer, planLater(infer.child()));
      return Scala.seq(new PrivateInferExec(infer.model(), infer.input(), infer.prediction(), infer.revealed(), child));
    }
    // A range partitioner samples its input first: an exchange in between keeps what was inferred for the second pass.
    if (plan instanceof Sort sort && sort.global() && Narrow.infers(sort.child())) {
      LogicalPlan kept = new RebalancePartitions(Scala.seq(), sort.child(), Option.empty(), Option.empty());
      return Scala.seq(new SortExec(sort.order(), true, planLater(kept), 0));
    }
    return Scala.seq();
  }
}
