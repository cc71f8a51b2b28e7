// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.plans.LeftAnti$;
import org.apache.spark.sql.catalyst.plans.LeftSemi$;
import org.apache.spark.sql.catalyst.plans.logical.BaseEvalPython;
import org.apache.spark.sql.catalyst.plans.logical.CollectMetrics;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.RebalancePartitions;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionOperation;
import org.apache.spark.sql.catalyst.plans.logical.Sample;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Tail;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.plans.logical.WindowGroupLimit;

/**
 * Plans that put out rows of their first child, each at most once, with all columns except those
 * that they were told to leave out. An inference gives a row the same results below such a plan and
 * above it.
 */
final class Passing {
  private Passing() {}

  /** Returns true if the plan is one of these. */
  static boolean is(LogicalPlan plan) {
    return plan instanceof Project
        || plan instanceof Sort
        || plan instanceof Window
        || plan instanceof PrivateInfer
        || plan instanceof RepartitionOperation
        || plan instanceof RebalancePartitions
        || plan instanceof CollectMetrics
        || plan instanceof BaseEvalPython
        || reduces(plan);
  }

  /** Returns true if it may put out fewer rows than it gets. */
  static boolean reduces(LogicalPlan plan) {
    return plan instanceof Filter || cuts(plan) || semi(plan);
  }

  /** Returns true if it keeps rows by their place or by chance, and not by their contents. */
  static boolean cuts(LogicalPlan plan) {
    return plan instanceof GlobalLimit
        || plan instanceof LocalLimit
        || plan instanceof Offset
        || plan instanceof Tail
        || plan instanceof WindowGroupLimit
        || plan instanceof Sample sample && !sample.withReplacement();
  }

  /** Returns true for a join whose right side only decides which rows of the left side to keep. */
  private static boolean semi(LogicalPlan plan) {
    return plan instanceof Join join
        && (join.joinType() == LeftSemi$.MODULE$ || join.joinType() == LeftAnti$.MODULE$);
  }

  /** Returns the child whose rows come out. */
  static LogicalPlan child(LogicalPlan plan) {
    return plan.children().apply(0);
  }

  /**
   * Returns the plan over another such child; null if that child has columns that a join's other
   * side has as well.
   */
  static LogicalPlan over(LogicalPlan plan, LogicalPlan child) {
    List<LogicalPlan> children = new ArrayList<>(Scala.list(plan.children()));
    children.set(0, child);
    boolean clash =
        children.size() > 1
            && Scala.list(child.output()).stream()
                .anyMatch(attribute -> children.get(1).outputSet().contains(attribute));
    return clash ? null : plan.withNewChildren(Scala.<LogicalPlan>seq(children));
  }
}
