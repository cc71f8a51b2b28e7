// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.UnaryNode;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Merges two inferences of the same model on the same column. If one is below the other, and the
 * plans in between only hand rows on (projections, filters, sorts, limits and the like), the upper
 * one takes the results of the lower one.
 */
public final class MergeEqual extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformUp(
        Scala.rewriting(p -> p instanceof PrivateInfer upper ? merge(upper) : null));
  }

  private static LogicalPlan merge(PrivateInfer upper) {
    Carried carried = carry(upper.child(), upper.input(), upper);
    if (carried == null) {
      return null;
    }
    List<NamedExpression> output = new ArrayList<>(Scala.list(upper.child().output()));
    output.add(renamed(carried.prediction(), upper.prediction()));
    output.add(renamed(carried.revealed(), upper.revealed()));
    return new Project(Scala.seq(output), carried.plan());
  }

  private static NamedExpression renamed(Attribute result, Attribute as) {
    return new Alias(
        result, as.name(), as.exprId(), Scala.seq(), scala.Option.empty(), Scala.seq());
  }

  /** A plan that also puts out the results of an inference further down. */
  private record Carried(LogicalPlan plan, Attribute prediction, Attribute revealed) {}

  /** Returns the plan with the results of an equal inference below it; null if there is none. */
  private static Carried carry(LogicalPlan plan, Attribute input, PrivateInfer wanted) {
    if (plan instanceof PrivateInfer infer
        && infer.model().equals(wanted.model())
        && infer.input().semanticEquals(input)) {
      return new Carried(infer, infer.prediction(), infer.revealed());
    }
    if (plan instanceof Project project) {
      return carry(project, input, wanted);
    }
    if (plan instanceof UnaryNode unary && Passing.is(plan)) {
      Carried below = carry(unary.child(), input, wanted);
      return below == null
          ? null
          : new Carried(
              plan.withNewChildren(Scala.seq(below.plan())), below.prediction(), below.revealed());
    }
    return null;
  }

  private static Carried carry(Project project, Attribute input, PrivateInfer wanted) {
    Attribute source = source(project, input);
    Carried below = source == null ? null : carry(project.child(), source, wanted);
    if (below == null) {
      return null;
    }
    List<NamedExpression> output = new ArrayList<>(Scala.list(project.projectList()));
    for (Attribute result : List.of(below.prediction(), below.revealed())) {
      if (output.stream()
          .noneMatch(e -> e instanceof Attribute && e.exprId().equals(result.exprId()))) {
        output.add(result);
      }
    }
    return new Carried(
        new Project(Scala.seq(output), below.plan()), below.prediction(), below.revealed());
  }

  /**
   * Returns the attribute below a projection that comes out as this one; null if it is computed.
   */
  private static Attribute source(Project project, Attribute attribute) {
    for (NamedExpression e : Scala.list(project.projectList())) {
      if (e.exprId().equals(attribute.exprId())) {
        return e instanceof Attribute same
            ? same
            : e instanceof Alias alias && alias.child() instanceof Attribute below ? below : null;
      }
    }
    return null;
  }
}
