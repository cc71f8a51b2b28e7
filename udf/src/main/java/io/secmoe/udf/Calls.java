// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.LambdaFunction;
import org.apache.spark.sql.catalyst.expressions.NamedLambdaVariable;
import org.apache.spark.sql.catalyst.expressions.OuterReference;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** The calls in a plan's expressions. */
final class Calls {
  /** Equal calls: the input they share, and the rows any of them is needed for (null: all). */
  static final class Group {
    final Expression input;
    final List<InferenceCall> calls = new ArrayList<>();
    Expression guard;

    Group(InferenceCall call, Expression guard) {
      this.input = call.input();
      this.guard = guard;
      calls.add(call);
    }

    void add(InferenceCall call, Expression otherGuard) {
      guard = Guards.or(guard, otherGuard);
      calls.add(call);
    }
  }

  private Calls() {}

  static boolean in(Expression e) {
    return e != null && e.exists(Scala.function(part -> part instanceof InferenceCall));
  }

  static boolean in(LogicalPlan plan) {
    return Scala.list(plan.expressions()).stream().anyMatch(Calls::in);
  }

  /** Returns the calls whose input and guards depend on no other call, equal ones together. */
  static List<Group> ready(LogicalPlan plan) {
    Map<Expression, Group> groups = new LinkedHashMap<>();
    for (Expression e : Scala.list(plan.expressions())) {
      Guards.visit(
          e,
          null,
          (call, guard) -> {
            if (!in(call.input()) && !in(guard) && movable(call.input())) {
              Group group = groups.get(call.input().canonicalized());
              if (group == null) {
                groups.put(call.input().canonicalized(), new Group(call, guard));
              } else {
                group.add(call, guard);
              }
            }
          });
    }
    return List.copyOf(groups.values());
  }

  /**
   * Refuses variables of lambdas around the call and columns of outer queries, which do not exist
   * below the plan.
   */
  private static boolean movable(Expression input) {
    Set<ExprId> bound = new HashSet<>();
    input.foreach(
        Scala.function(
            part -> {
              if (part instanceof LambdaFunction lambda) {
                Scala.list(lambda.arguments()).forEach(argument -> bound.add(argument.exprId()));
              }
              return null;
            }));
    return !input.exists(
        Scala.function(
            part ->
                part instanceof OuterReference
                    || part instanceof NamedLambdaVariable variable
                        && !bound.contains(variable.exprId())));
  }
}
