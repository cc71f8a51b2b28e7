// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.conf.Rebalance;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.sql.execution.RebalanceByRowsExec;
import io.secmoe.spark.sql.logical.Analysis;
import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.RebalancePartitions;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionOperation;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SparkPlan;
import scala.Option;

/**
 * Decides whether rows are dealt out anew below an inference. Then small partitions become full
 * batches, which cost the same whatever they hold, and the numbers of rows in partitions tell
 * nothing about the rows. By default three kinds of inputs are left alone: one or two partitions of
 * a scan, inputs whose order or partitioning the user asked for, and streams.
 */
final class FullBatches {
  private static final int FEW = 2;

  private FullBatches() {}

  /**
   * Returns the plan below an inference. It replaces a REBALANCE of Spark, which would divide rows
   * by their bytes.
   *
   * @param planner plans the inference's input
   */
  static SparkPlan of(
      SparkSession session, PrivateInfer infer, Function<LogicalPlan, SparkPlan> planner) {
    LogicalPlan child = infer.child();
    if (!wanted(session, infer)) {
      return planner.apply(child);
    }
    SparkPlan rows =
        planner.apply(child instanceof RebalancePartitions byBytes ? byBytes.child() : child);
    return RebalanceByRowsExec.over(
        rows, infer.model(), infer.input(), session.sessionState().conf().numShufflePartitions());
  }

  /**
   * Returns the input without its order, if a limit has left more of it in one partition than a
   * batch takes; otherwise null.
   */
  static LogicalPlan spread(PrivateInfer infer) {
    LogicalPlan child = infer.child();
    boolean off = infer.model().conf().get(SecMoeConf.BATCH_REBALANCE) == Rebalance.FALSE;
    return off
            || !Narrow.limited(child)
            || RunsTwice.oneBatch(infer)
            || child.outputOrdering().isEmpty()
        ? null
        : rebalance(child);
  }

  /** Returns the input under Spark's own exchange. */
  static LogicalPlan rebalance(LogicalPlan child) {
    return new RebalancePartitions(Scala.seq(), child, Option.empty(), Option.empty());
  }

  private static boolean wanted(SparkSession session, PrivateInfer infer) {
    Rebalance rebalance = infer.model().conf().get(SecMoeConf.BATCH_REBALANCE);
    LogicalPlan child = infer.child();
    boolean ordered = Narrow.sorted(child);
    // A limit has left one partition.
    if (rebalance == Rebalance.FALSE
        || RunsTwice.oneBatch(infer)
        || Narrow.limited(child) && ordered) {
      return false;
    }
    if (rebalance == Rebalance.ALWAYS) {
      refuse(child.isStreaming(), "a stream, whose batches follow what its source has");
      refuse(
          ordered,
          "an input with an order, which would be lost; infer first, and order what comes out");
      return true;
    }
    return !child.isStreaming()
        && !ordered
        && !arranged(child)
        && !(Narrow.scans(child) && partitions(session, child) <= FEW);
  }

  private static void refuse(boolean refused, String what) {
    if (refused) {
      Analysis.error(
          SecMoeConf.BATCH_REBALANCE.key()
              + " is always, and the inference's input is "
              + what
              + ". Or set it to true, and read in SECURITY.md what numbers of rows tell the server"
              + " then");
    }
  }

  private static boolean arranged(LogicalPlan child) {
    LogicalPlan bottom = Narrow.bottom(child);
    return bottom instanceof RepartitionOperation || bottom instanceof PrivateInfer;
  }

  /** Returns the number of partitions of a scan. Planning the scan tells it; nothing runs. */
  private static int partitions(SparkSession session, LogicalPlan scan) {
    SparkPlan plan = QueryExecution.createSparkPlan(session.sessionState().planner(), scan.clone());
    return plan.execute().getNumPartitions();
  }
}
