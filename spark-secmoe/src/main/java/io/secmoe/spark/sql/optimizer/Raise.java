// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import io.secmoe.spark.sql.logical.UnfoldingScan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;

/**
 * Lifts an inference above a plan that leaves rows out, with the plans between the two, if none of
 * them reads the inference's results. Projections in between may compute columns from the results;
 * these are computed above as well.
 */
final class Raise {
  private final PrivateInfer infer;
  private final Map<ExprId, Attribute> needed = new LinkedHashMap<>();

  /** Columns that exist only above the inference once it has been lifted. */
  private final Set<ExprId> late = new HashSet<>();

  private final List<List<NamedExpression>> computed = new ArrayList<>();
  private final List<Expression> kept = new ArrayList<>();

  private Raise(PrivateInfer infer) {
    this.infer = infer;
    need(infer.input());
    late.add(infer.prediction().exprId());
    late.add(infer.revealed().exprId());
  }

  /**
   * Returns the plan with an inference above it that was below; null if there is none or it has to
   * stay.
   */
  static LogicalPlan above(LogicalPlan plan) {
    List<LogicalPlan> between = new ArrayList<>();
    boolean cuts = false;
    boolean apart = false;
    LogicalPlan at = plan;
    while (Passing.is(at)) {
      cuts |= Passing.cuts(at) || at instanceof Window;
      if (at instanceof Sort && !cuts) {
        // Spark moves conditions below a sort, and an inference below it keeps its own partitions.
        return null;
      }
      apart |= !(at instanceof Project || at instanceof Filter);
      between.add(at);
      at = Passing.child(at);
      if (apart
          && at instanceof DataSourceV2ScanRelation scan
          && scan.scan() instanceof UnfoldingScan unfolding) {
        at = unfolding.unfold(scan);
      }
      LogicalPlan raised = at instanceof PrivateInfer infer ? new Raise(infer).over(between) : null;
      if (raised != null) {
        return raised;
      }
    }
    return null;
  }

  /**
   * @param between the plans from the one that leaves rows out down to the one above the inference
   */
  private LogicalPlan over(List<LogicalPlan> between) {
    LogicalPlan below = infer.child();
    for (int i = between.size() - 1; i >= 0 && below != null; i--) {
      below =
          i == 0 && between.get(0) instanceof Filter filter
              ? split(filter, below)
              : lower(between.get(i), below);
    }
    return below == null || clashes(below) ? null : result(below, between.get(0));
  }

  /** Returns the plan over the inference's input; null if that is not possible. */
  private LogicalPlan lower(LogicalPlan plan, LogicalPlan below) {
    if (plan instanceof Project project) {
      return lower(project, below);
    }
    return readsLate(plan.references()) ? null : Passing.over(plan, below);
  }

  private LogicalPlan lower(Project project, LogicalPlan below) {
    List<NamedExpression> now = new ArrayList<>();
    List<NamedExpression> later = new ArrayList<>();
    for (NamedExpression e : Scala.list(project.projectList())) {
      (readsLate(((Expression) e).references()) ? later : now).add(e);
    }
    List<NamedExpression> deferred = later.stream().filter(e -> !(e instanceof Attribute)).toList();
    if (deferred.stream().anyMatch(e -> !((Expression) e).deterministic())) {
      return null;
    }
    for (NamedExpression e : deferred) {
      Scala.list(((Expression) e).references().toSeq()).stream()
          .filter(attribute -> !late.contains(attribute.exprId()))
          .forEach(this::need);
    }
    deferred.forEach(e -> late.add(e.exprId()));
    computed.add(deferred);
    Set<ExprId> there = new HashSet<>(now.stream().map(NamedExpression::exprId).toList());
    needed.values().stream().filter(attribute -> there.add(attribute.exprId())).forEach(now::add);
    return new Project(Scala.seq(now), below);
  }

  /** Splits a filter: conditions that read the results stay above. */
  private LogicalPlan split(Filter filter, LogicalPlan below) {
    List<Expression> now = new ArrayList<>();
    split(filter.condition(), now);
    if (!kept.isEmpty()) {
      // A condition that depends on which rows it sees must go on to see the same rows.
      now.stream().filter(condition -> !condition.deterministic()).forEach(kept::add);
      now.removeIf(condition -> !condition.deterministic());
    }
    return now.isEmpty() ? null : new Filter(and(now), below);
  }

  private void split(Expression condition, List<Expression> now) {
    if (condition instanceof And and) {
      split(and.left(), now);
      split(and.right(), now);
    } else {
      (readsLate(condition.references()) ? kept : now).add(condition);
    }
  }

  private static Expression and(List<Expression> conditions) {
    return conditions.stream().reduce(And::new).orElseThrow();
  }

  /**
   * Returns true if ids of columns clash. Spark's rules sometimes compute a column under the id of
   * one that it is computed from.
   */
  private boolean clashes(LogicalPlan below) {
    return Scala.list(below.output()).stream()
        .anyMatch(attribute -> late.contains(attribute.exprId()));
  }

  private LogicalPlan result(LogicalPlan below, LogicalPlan replaced) {
    LogicalPlan plan = infer.withNewChildInternal(below);
    for (List<NamedExpression> some : computed) {
      if (!some.isEmpty()) {
        List<NamedExpression> output = new ArrayList<>(Scala.list(plan.output()));
        output.addAll(some);
        plan = new Project(Scala.seq(output), plan);
      }
    }
    if (!kept.isEmpty()) {
      plan = new Filter(and(kept), plan);
    }
    return plan.output().equals(replaced.output())
        ? plan
        : new Project(
            Scala.seq(new ArrayList<NamedExpression>(Scala.list(replaced.output()))), plan);
  }

  private void need(Attribute attribute) {
    needed.put(attribute.exprId(), attribute);
  }

  private boolean readsLate(AttributeSet references) {
    return Scala.list(references.toSeq()).stream()
        .anyMatch(attribute -> late.contains(attribute.exprId()));
  }
}
