// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.UnaryNode;
import org.apache.spark.sql.catalyst.rules.Rule;

/** Removes an inference whose results nobody reads. */
public final class DropUnused extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformDown(Scala.rewriting(DropUnused::drop));
  }

  private static LogicalPlan drop(LogicalPlan plan) {
    boolean reads = plan instanceof Project || plan instanceof Aggregate;
    return reads
            && ((UnaryNode) plan).child() instanceof PrivateInfer infer
            && unused(plan.references(), infer)
        ? plan.withNewChildren(Scala.seq(infer.child()))
        : null;
  }

  private static boolean unused(AttributeSet read, PrivateInfer infer) {
    return !read.contains(infer.prediction()) && !read.contains(infer.revealed());
  }
}
