// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.spark.sql.logical.Analysis;
import io.secmoe.spark.sql.logical.Scala;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.OuterReference;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * Refuses calls in subqueries that depend on columns of the query around them: Spark turns such
 * subqueries into joins, for which it must know every operator in them, and an inference would be
 * paid for as often as the outer query has rows.
 */
final class OuterColumns {
  private OuterColumns() {}

  /** Returns true if a plan or a plan below it depends on them. */
  static boolean below(LogicalPlan plan) {
    return plan.exists(
        Scala.function(node -> Scala.list(node.expressions()).stream().anyMatch(OuterColumns::in)));
  }

  private static boolean in(Expression e) {
    return e.exists(Scala.function(part -> part instanceof OuterReference));
  }

  /** Throws the analyzer's error for a call on a column of the outer query. */
  static void check(LogicalPlan plan) {
    Scala.list(plan.expressions())
        .forEach(
            e ->
                e.foreach(
                    Scala.function(
                        part -> {
                          if (part instanceof InferenceCall call && in(call.input())) {
                            throw Analysis.error(
                                call.sql()
                                    + " takes a column of the outer query inside a subquery; call"
                                    + " it in the outer query, and use its result in the subquery");
                          }
                          return null;
                        })));
  }

  /** Never returns. */
  static RuntimeException error(InferenceCall call) {
    throw Analysis.error(
        call.sql()
            + " stands in a subquery above a condition on the outer query's columns; infer first,"
            + " without that condition, as in WITH inferred AS (SELECT *, "
            + call.sql()
            + " AS result FROM ...), and put the condition on what comes out, or write a join");
  }
}
