// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;

/**
 * Moves limits into the parts of a UNION ALL: the first n rows of the union, by an order or by
 * none, are among the first n rows of each of its parts.
 */
final class UnionParts {
  private final long most;
  private final List<SortOrder> order;

  private UnionParts(long most, List<SortOrder> order) {
    this.most = most;
    this.order = order;
  }

  /**
   * Puts the limit, and a sort below it, into the parts that would infer more rows without it; null
   * if there are none.
   */
  static LogicalPlan limit(GlobalLimit limit) {
    Long most = number(limit.limitExpr());
    return most == null ? null : rewrite(limit, limit.child(), new UnionParts(most, List.of()));
  }

  private static LogicalPlan rewrite(LogicalPlan above, LogicalPlan plan, UnionParts parts) {
    LogicalPlan below = null;
    if (plan instanceof Union union) {
      below = parts.of(union);
    } else if (plan instanceof LocalLimit) {
      below = rewrite(plan, Passing.child(plan), parts);
    } else if (plan instanceof Offset offset
        && parts.order.isEmpty()
        && number(offset.offsetExpr()) != null) {
      below =
          rewrite(
              plan,
              Passing.child(plan),
              new UnionParts(parts.most + number(offset.offsetExpr()), List.of()));
    } else if (plan instanceof Sort sort && sort.global() && parts.order.isEmpty()) {
      List<SortOrder> order = Scala.list(sort.order());
      below =
          order.stream().allMatch(Expression::deterministic)
              ? rewrite(plan, sort.child(), new UnionParts(parts.most, order))
              : null;
    } else if (plan instanceof Project project && project.deterministic()) {
      below = rewrite(plan, project.child(), new UnionParts(parts.most, parts.through(project)));
    }
    return below == null ? null : Passing.over(above, below);
  }

  /** Returns the order by the columns that the projection is computed from. */
  private List<SortOrder> through(Project project) {
    return replaced(
        Scala.list(project.output()),
        Scala.list(project.projectList()).stream()
            .map(e -> e instanceof Alias alias ? alias.child() : (Expression) e)
            .toList());
  }

  private List<SortOrder> replaced(List<Attribute> attributes, List<Expression> by) {
    List<SortOrder> orders = new ArrayList<>();
    for (SortOrder one : order) {
      orders.add(
          (SortOrder)
              one.transform(
                  Scala.<Expression>rewriting(
                      e -> {
                        for (int i = 0;
                            i < attributes.size() && e instanceof Attribute attribute;
                            i++) {
                          if (attributes.get(i).exprId().equals(attribute.exprId())) {
                            return by.get(i);
                          }
                        }
                        return null;
                      })));
    }
    return orders;
  }

  private LogicalPlan of(Union union) {
    List<LogicalPlan> parts = new ArrayList<>();
    boolean changed = false;
    for (LogicalPlan part : Scala.list(union.children())) {
      LogicalPlan fewer =
          part.maxRows().isDefined() && (Long) part.maxRows().get() <= most
              ? null
              : Raise.above(limited(union, part));
      parts.add(fewer == null ? part : fewer);
      changed |= fewer != null;
    }
    return changed ? union.withNewChildren(Scala.<LogicalPlan>seq(parts)) : null;
  }

  private LogicalPlan limited(Union union, LogicalPlan part) {
    List<SortOrder> own =
        replaced(Scala.list(union.output()), new ArrayList<>(Scala.list(part.output())));
    LogicalPlan sorted =
        own.isEmpty() ? part : new Sort(Scala.seq(own), true, part, Option.empty());
    Literal rows = Literal.create((int) Math.min(most, Integer.MAX_VALUE), DataTypes.IntegerType);
    return new GlobalLimit(rows, new LocalLimit(rows, sorted));
  }

  private static Long number(Expression e) {
    return e.foldable() && e.eval(null) instanceof Integer n ? (Long) n.longValue() : null;
  }
}
