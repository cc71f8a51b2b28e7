// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.sql.logical.Scala;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Moves plans that leave rows out below an inference, unless they or a plan in between read the
 * inference's results. These are conditions, limits and offsets, with the sorts and windows they
 * depend on, samples and semi-joins. In streams only conditions move.
 */
public final class PushBelow extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformDown(Scala.rewriting(PushBelow::push));
  }

  private static LogicalPlan push(LogicalPlan plan) {
    if (!Passing.reduces(plan)
        || plan.isStreaming() && !(plan instanceof Filter && Narrow.infers(plan))) {
      return null;
    }
    LogicalPlan raised = Raise.above(plan);
    return raised == null && plan instanceof GlobalLimit limit ? UnionParts.limit(limit) : raised;
  }
}
