// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.spark.sql.logical.Scala;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.CaseWhen;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.EqualNullSafe;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Not;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import scala.Tuple2;

/**
 * Which rows a call inside an expression is needed for: those that every CASE, IF, AND, OR,
 * COALESCE and FILTER around it lets through. A guard of null lets all through.
 */
final class Guards {
  private Guards() {}

  /** Visits every call in evaluation order, with its guard. */
  static void visit(Expression e, Expression guard, BiConsumer<InferenceCall, Expression> visitor) {
    if (e instanceof InferenceCall call) {
      visit(call.input(), guard, visitor);
      visitor.accept(call, guard);
    } else if (e instanceof CaseWhen cases) {
      visitCases(cases, guard, visitor);
    } else if (e instanceof If branch) {
      visit(branch.predicate(), guard, visitor);
      visit(branch.trueValue(), and(guard, isTrue(branch.predicate())), visitor);
      visit(branch.falseValue(), and(guard, new Not(isTrue(branch.predicate()))), visitor);
    } else if (e instanceof And both) {
      visit(both.left(), guard, visitor);
      visit(
          both.right(),
          and(guard, new Not(new EqualNullSafe(both.left(), Literal.FalseLiteral()))),
          visitor);
    } else if (e instanceof Or either) {
      visit(either.left(), guard, visitor);
      visit(either.right(), and(guard, new Not(isTrue(either.left()))), visitor);
    } else if (e instanceof Coalesce first) {
      visitCoalesce(Scala.list(first.children()), guard, visitor);
    } else if (e instanceof AggregateExpression aggregate && aggregate.filter().isDefined()) {
      Expression filter = aggregate.filter().get();
      visit(filter, guard, visitor);
      visit(aggregate.aggregateFunction(), and(guard, isTrue(filter)), visitor);
    } else {
      Scala.list(e.children()).forEach(child -> visit(child, guard, visitor));
    }
  }

  private static void visitCases(
      CaseWhen cases, Expression guard, BiConsumer<InferenceCall, Expression> visitor) {
    Expression open = guard;
    for (Tuple2<Expression, Expression> branch : Scala.list(cases.branches())) {
      visit(branch._1(), open, visitor);
      visit(branch._2(), and(open, isTrue(branch._1())), visitor);
      open = and(open, new Not(isTrue(branch._1())));
    }
    if (cases.elseValue().isDefined()) {
      visit(cases.elseValue().get(), open, visitor);
    }
  }

  private static void visitCoalesce(
      List<Expression> children, Expression guard, BiConsumer<InferenceCall, Expression> visitor) {
    Expression open = guard;
    for (Expression child : children) {
      visit(child, open, visitor);
      open = and(open, new IsNull(child));
    }
  }

  /** Returns the condition that holds if either does. */
  static Expression or(Expression a, Expression b) {
    return a == null || b == null ? null : a.semanticEquals(b) ? a : new Or(a, b);
  }

  private static Expression and(Expression guard, Expression condition) {
    return guard == null ? condition : new And(guard, condition);
  }

  private static Expression isTrue(Expression condition) {
    return new EqualNullSafe(condition, Literal.TrueLiteral());
  }
}
