package io.secmoe.spark.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.UnaryNode;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.Option;

/**
 * What makes rows fewer goes below an inference, which is row for row: deterministic conditions on the input's columns, limits, offsets,
 * and limits of sorts on the input's columns.
 */
public final class PushBelow extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return (LogicalPlan) plan.transformDown(Scala.rewriting(PushBelow::push));
  }

  private static LogicalPlan push(LogicalPlan plan) {
    if (plan instanceof Filter filter && filter.child() instanceof PrivateInfer infer) {
      return pushFilter(filter, infer);
    }
    boolean cuts = plan instanceof GlobalLimit || plan instanceof LocalLimit || plan instanceof Offset;
    PrivateInfer below = cuts ? belowProjects(((UnaryNode) plan).child()) : null;
    if (below != null) {
      LogicalPlan fewer = below.withNewChildInternal((LogicalPlan) plan.withNewChildren(Scala.seq(below.child())));
      return replace(((UnaryNode) plan).child(), below, fewer);
    }
    return plan instanceof GlobalLimit limit ? pushTopRows(limit) : null;
  }

  private static LogicalPlan pushFilter(Filter filter, PrivateInfer infer) {
    List<Expression> below = new ArrayList<>();
    List<Expression> above = new ArrayList<>();
    split(filter.condition(), infer, below, above);
    if (below.isEmpty()) {
      return null;
    }
    LogicalPlan fewer = infer.withNewChildInternal(new Filter(and(below), infer.child()));
    return above.isEmpty() ? fewer : new Filter(and(above), fewer);
  }

  private static void split(Expression condition, PrivateInfer infer, List<Expression> below, List<Expression> above) {
    if (condition instanceof And and) {
      split(and.left(), infer, below, above);
      split(and.right(), infer, below, above);
    } else {
      boolean pushed = condition.deterministic() && condition.references().subsetOf(infer.child().outputSet());
      (pushed ? below : above).add(condition);
    }
  }

  private static Expression and(List<Expression> conditions) {
    return conditions.stream().reduce(And::new).orElseThrow();
  }

  /** ORDER BY input columns LIMIT n: the same rows are the first n below; the sort above stays and is cheap. */
  private static LogicalPlan pushTopRows(GlobalLimit limit) {
    if (!(limit.child() instanceof LocalLimit local && local.child() instanceof Sort sort && sort.global())) {
      return null;
    }
    PrivateInfer infer = belowProjects(sort.child());
    if (infer == null) {
      return null;
    }
    boolean byInput = Scala.list(sort.order()).stream()
        .allMatch(order -> order.deterministic() && order.references().subsetOf(infer.child().outputSet()));
    Object most = infer.child().maxRows().isDefined() ? infer.child().maxRows().get() : null;
    Object wanted = limit.limitExpr().foldable() ? limit.limitExpr().eval(null) : null;
    if (!byInput || !(wanted instanceof Integer n) || most != null && (Long) most <= n) {
      return null;
    }
    LogicalPlan top = new GlobalLimit(limit.limitExpr(), new LocalLimit(limit.limitExpr(), new Sort(sort.order(), true, infer.child(),
        Option.empty())));
    LogicalPlan below = replace(sort.child(), infer, infer.withNewChildInternal(top));
    return (LogicalPlan) limit.withNewChildren(Scala.seq(local.withNewChildren(Scala.seq(sort.withNewChildren(Scala.seq(below))))));
  }

  /** The inference below nothing but deterministic projections, which keep every row; null if there is none. */
  private static PrivateInfer belowProjects(LogicalPlan plan) {
    LogicalPlan at = plan;
    while (at instanceof Project project && project.deterministic()) {
      at = project.child();
    }
    return at instanceof PrivateInfer infer ? infer : null;
  }

  /** The projections over another inference. */
  private static LogicalPlan replace(LogicalPlan projects, PrivateInfer infer, LogicalPlan by) {
    return projects == infer ? by : (LogicalPlan) projects.withNewChildren(Scala.seq(replace(((UnaryNode) projects).child(), infer, by)));
  }
}
