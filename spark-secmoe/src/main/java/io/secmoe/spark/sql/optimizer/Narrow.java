// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.sql.logical.PrivateInfer;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LeafNode;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.Tail;
import org.apache.spark.sql.catalyst.plans.logical.UnaryNode;

/** Finds the plans that run in the same task: chains of projections and filters. */
final class Narrow {
  private Narrow() {}

  static boolean is(LogicalPlan plan) {
    return plan instanceof Project || plan instanceof Filter || plan instanceof SubqueryAlias;
  }

  /** Returns the first plan below that does not run with it as a projection or filter. */
  static LogicalPlan bottom(LogicalPlan plan) {
    LogicalPlan at = plan;
    while (is(at)) {
      at = ((UnaryNode) at).child();
    }
    return at;
  }

  /** Returns true if a limit leaves one partition of it. */
  static boolean limited(LogicalPlan plan) {
    LogicalPlan bottom = bottom(plan);
    return bottom instanceof GlobalLimit
        || bottom instanceof Tail
        || bottom instanceof PrivateInfer infer && limited(infer.child());
  }

  /**
   * Returns true if its rows are in an order that the user asked for, even by columns that it does
   * not have.
   */
  static boolean sorted(LogicalPlan plan) {
    LogicalPlan bottom = bottom(plan);
    boolean keepsOrder =
        bottom instanceof GlobalLimit
            || bottom instanceof LocalLimit
            || bottom instanceof Offset
            || bottom instanceof PrivateInfer;
    return bottom instanceof Sort
        || bottom instanceof Tail
        || keepsOrder && sorted(Passing.child(bottom))
        || !plan.outputOrdering().isEmpty();
  }

  /** Returns true if an inference runs in the same tasks. */
  static boolean infers(LogicalPlan plan) {
    return bottom(plan) instanceof PrivateInfer;
  }

  /** Returns true if it only reads, projects and filters. */
  static boolean scans(LogicalPlan plan) {
    return bottom(plan) instanceof LeafNode;
  }
}
