// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;

/**
 * Calls on what an aggregation makes, as in {@code secmoe_label(collect_list(pixel))} or on a
 * grouping key, run after it: the aggregation keeps its keys and aggregate functions, and a
 * projection above it the rest.
 */
final class Aggregates {
  private final Aggregate aggregate;
  private final Map<Expression, NamedExpression> kept = new LinkedHashMap<>();

  private Aggregates(Aggregate aggregate) {
    this.aggregate = aggregate;
  }

  /**
   * Returns a projection over an aggregation, or the aggregation itself if no call stands outside
   * keys and aggregate functions.
   */
  static LogicalPlan split(Aggregate aggregate) {
    Aggregates parts = new Aggregates(aggregate);
    boolean outside =
        Scala.list(aggregate.aggregateExpressions()).stream()
            .anyMatch(e -> parts.callsOutside((Expression) e));
    return outside ? parts.split() : aggregate;
  }

  private boolean callsOutside(Expression e) {
    if (isKept(e)) {
      return false;
    }
    return e instanceof InferenceCall
        || Scala.list(e.children()).stream().anyMatch(this::callsOutside);
  }

  private boolean isKept(Expression e) {
    return e instanceof AggregateExpression
        || Scala.list(aggregate.groupingExpressions()).stream().anyMatch(e::semanticEquals);
  }

  private LogicalPlan split() {
    List<NamedExpression> above = new ArrayList<>();
    for (NamedExpression output : Scala.list(aggregate.aggregateExpressions())) {
      Expression moved =
          ((Expression) output)
              .transformDown(Scala.<Expression>rewriting(e -> isKept(e) ? keep(e) : null));
      above.add(
          moved instanceof Attribute attribute && !(output instanceof Attribute)
              ? new Alias(
                  attribute,
                  output.name(),
                  output.exprId(),
                  Scala.seq(),
                  scala.Option.empty(),
                  Scala.seq())
              : (NamedExpression) moved);
    }
    Aggregate below =
        new Aggregate(
            aggregate.groupingExpressions(),
            Scala.seq(List.copyOf(kept.values())),
            aggregate.child(),
            aggregate.hint());
    return new Project(Scala.seq(above), below);
  }

  private Attribute keep(Expression e) {
    return kept.computeIfAbsent(
            e.canonicalized(),
            k -> e instanceof Attribute attribute ? attribute : Scala.alias(e, "_secmoe_kept"))
        .toAttribute();
  }
}
