package io.secmoe.spark.sql;

import io.secmoe.spark.conf.SecMoeConf;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.RebalancePartitions;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionOperation;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SparkPlan;
import scala.Option;

/**
 * Puts Spark's RebalancePartitions below an inference whose partitions are many and perhaps small, so that adaptive execution merges them
 * into full batches: a batch costs the same whatever it holds. Left alone are one or two partitions, inputs whose order or
 * partitioning the user asked for, streams, and whatever runs without adaptive execution.
 */
final class FullBatches {
  private static final int FEW = 2;

  private FullBatches() {}

  /** The child, rebalanced if that may help. */
  static LogicalPlan of(SparkSession session, PrivateInfer infer) {
    LogicalPlan child = infer.child();
    boolean on = infer.model().conf().get(SecMoeConf.BATCH_REBALANCE) && session.sessionState().conf().adaptiveExecutionEnabled();
    if (!on || child.isStreaming() || fits(infer) || Narrow.sorted(child) || arranged(child)) {
      return child;
    }
    return Narrow.scans(child) && partitions(session, child) <= FEW ? child : exchange(child, Option.apply(batchBytes(infer)));
  }

  static LogicalPlan exchange(LogicalPlan child, Option<Object> advisoryBytes) {
    return new RebalancePartitions(Scala.seq(), child, Option.empty(), advisoryBytes);
  }

  /** A single batch is one partition's already, wherever a global limit has made it. */
  private static boolean fits(PrivateInfer infer) {
    Option<Object> most = infer.child().maxRows();
    int batch = infer.model().batchLimits().largest().count();
    return most.isDefined() && (Long) most.get() <= batch && Narrow.bottom(infer.child()) instanceof GlobalLimit;
  }

  private static boolean arranged(LogicalPlan child) {
    LogicalPlan bottom = Narrow.bottom(child);
    return bottom instanceof RepartitionOperation || bottom instanceof RebalancePartitions || bottom instanceof PrivateInfer;
  }

  /** Partitions of a scan, which planning it tells; nothing runs. */
  private static int partitions(SparkSession session, LogicalPlan scan) {
    SparkPlan plan = QueryExecution.createSparkPlan(session.sessionState().planner(), scan.clone());
    return plan.execute().getNumPartitions();
  }

  /** What a full batch takes in a shuffle, at least: its features or its tokens, and the columns that go with them. */
  private static long batchBytes(PrivateInfer infer) {
    long token = 4L * Math.max(1, infer.model().layers().input().features());
    return token * infer.model().batchLimits().largest().tokens();
  }
}
