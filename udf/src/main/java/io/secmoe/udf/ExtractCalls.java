// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.spark.remote.InputTypes;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.sql.logical.Analysis;
import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.catalyst.analysis.SQLFunctionContext;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.ApplyFunctionExpression;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.OneRowRelation;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.UnaryNode;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Puts {@link PrivateInfer} below every plan whose expressions call {@code secmoe_infer} and its
 * like: equal calls share one. A call that is guarded (by CASE, IF, AND and the like) gets null for
 * the rows its guard keeps out, and such rows are not sent. Conditions of a WHERE apply one after
 * the other, those without a call first.
 */
final class ExtractCalls extends Rule<LogicalPlan> {
  private static final int LONGEST_NAME = 80;

  private final Supplier<RemoteModel> models;

  /**
   * @param models asked when there is a call
   */
  ExtractCalls(Supplier<RemoteModel> models) {
    this.models = models;
  }

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return isBodyOfFunction(plan) ? plan : plan.resolveOperatorsUp(Scala.rewriting(this::rewrite));
  }

  /**
   * Returns true if Spark puts the plan's expression into a query that calls a SQL function: its
   * calls are found again there.
   */
  private static boolean isBodyOfFunction(LogicalPlan plan) {
    return SQLFunctionContext.get().nestedSQLFunctionDepth() > 0
        && plan instanceof Project body
        && (body.child() instanceof OneRowRelation
            || body.child() instanceof Project arguments
                && arguments.child() instanceof OneRowRelation);
  }

  private LogicalPlan rewrite(LogicalPlan given) {
    if (!given.resolved()) {
      return null;
    }
    LogicalPlan plan = catalogCalls(given);
    OuterColumns.check(plan);
    if (!(plan instanceof UnaryNode unary) || plan instanceof PrivateInfer || !Calls.in(plan)) {
      return plan == given ? null : plan;
    }
    if (plan instanceof Aggregate aggregate) {
      LogicalPlan split = Aggregates.split(aggregate);
      if (split instanceof Project above) {
        LogicalPlan below =
            Calls.in(above.child()) ? extract((UnaryNode) above.child()) : above.child();
        return extract((UnaryNode) above.withNewChildren(Scala.seq(below)));
      }
    }
    return plan instanceof Filter filter ? extract(filter) : extract(unary);
  }

  /** Calls through a function catalog become calls. */
  private static LogicalPlan catalogCalls(LogicalPlan plan) {
    boolean any =
        Scala.list(plan.expressions()).stream()
            .anyMatch(
                e ->
                    e.exists(
                        Scala.function(
                            part ->
                                part instanceof ApplyFunctionExpression apply
                                    && apply.function() instanceof CatalogFunction)));
    return !any
        ? plan
        : plan.transformExpressions(
            Scala.<Expression>rewriting(
                e ->
                    e instanceof ApplyFunctionExpression apply
                            && apply.function() instanceof CatalogFunction function
                        ? new InferenceCall(
                            function.kind(), apply.children().apply(0), function.resultType())
                        : null));
  }

  /**
   * Makes one filter per condition, so that each infers only the rows that those before it leave.
   */
  private LogicalPlan extract(Filter filter) {
    List<Expression> conditions = new ArrayList<>();
    split(filter.condition(), conditions);
    LogicalPlan plan = filter.child();
    List<Expression> plain = conditions.stream().filter(condition -> !Calls.in(condition)).toList();
    if (!plain.isEmpty()) {
      plan = new Filter(plain.stream().reduce(And::new).orElseThrow(), plan);
    }
    for (Expression condition : conditions) {
      if (Calls.in(condition)) {
        plan = replace(new Filter(condition, plan));
      }
    }
    return restore(filter, plan);
  }

  private static void split(Expression condition, List<Expression> into) {
    if (condition instanceof And and) {
      split(and.left(), into);
      split(and.right(), into);
    } else {
      into.add(condition);
    }
  }

  private LogicalPlan extract(UnaryNode plan) {
    LogicalPlan before = (LogicalPlan) plan;
    return restore(before, replace(before));
  }

  /** Returns the columns the plan had, under their ids. */
  private static LogicalPlan restore(LogicalPlan before, LogicalPlan after) {
    boolean same =
        after.outputSet().equals(before.outputSet())
            && after.output().size() == before.output().size();
    return same ? after : new Project(Scala.seq(Scala.list(before.output())), after);
  }

  private LogicalPlan replace(LogicalPlan given) {
    LogicalPlan plan = given;
    for (List<Calls.Group> groups = Calls.ready(plan);
        !groups.isEmpty();
        groups = Calls.ready(plan)) {
      LogicalPlan child = ((UnaryNode) plan).child();
      Map<Expression, PrivateInfer> results = new HashMap<>();
      for (Calls.Group group : groups) {
        PrivateInfer infer = infer(group, child);
        child = infer;
        group.calls.forEach(call -> results.put(call.canonicalized(), infer));
      }
      plan =
          plan.withNewChildren(Scala.seq(child))
              .transformExpressions(
                  Scala.<Expression>rewriting(
                      e ->
                          e instanceof InferenceCall call
                                  && results.containsKey(call.canonicalized())
                              ? call.result(results.get(call.canonicalized()))
                              : null));
    }
    return plan;
  }

  /** Returns the name that plans and errors use for a computed input: its text in the query. */
  private static String name(Expression input) {
    String name = input instanceof NamedExpression named ? named.name() : input.sql();
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
  }

  /**
   * Returns the column of which this one is a copy, such as an argument of a SQL function, so that
   * calls on both are one inference.
   */
  private static Attribute original(Attribute column, LogicalPlan child) {
    if (child instanceof PrivateInfer || child instanceof Filter) {
      return original(column, ((UnaryNode) child).child());
    }
    if (child instanceof Project project) {
      for (NamedExpression e : Scala.list(project.projectList())) {
        if (e instanceof Alias alias
            && alias.exprId().equals(column.exprId())
            && uncast(alias.child()) instanceof Attribute copied
            && project.outputSet().contains(copied)) {
          return copied;
        }
      }
    }
    return column;
  }

  /** Removes a cast to the type that the expression has already. */
  private static Expression uncast(Expression e) {
    return e instanceof Cast cast && cast.child().dataType().sameType(cast.dataType())
        ? cast.child()
        : e;
  }

  private PrivateInfer infer(Calls.Group group, LogicalPlan child) {
    InferenceCall first = group.calls.get(0);
    if (OuterColumns.below(child)) {
      throw OuterColumns.error(first);
    }
    RemoteModel model = models.get();
    group.calls.stream()
        .map(InferenceCall::kind)
        .filter(kind -> !kind.allowed(model.output()))
        .findFirst()
        .ifPresent(
            kind -> {
              throw Analysis.error(kind.refusal(model.output()));
            });
    Analysis.check(() -> InputTypes.require(model, group.input.sql(), group.input.dataType()));
    if (!group.input.references().subsetOf(child.outputSet())) {
      throw Analysis.error(
          first.sql()
              + " needs columns that are not there before its operator; compute it in a subquery of"
              + " its own");
    }
    if (!group.input.deterministic() || group.guard != null && !group.guard.deterministic()) {
      throw Analysis.error(
          first.sql()
              + " has an input or a guard that are not deterministic; compute them in a subquery"
              + " first");
    }
    Expression input =
        group.guard == null
            ? group.input
            : new If(group.guard, group.input, Literal.create(null, group.input.dataType()));
    if (input instanceof Attribute column) {
      return PrivateInfer.over(model, original(column, child), child);
    }
    Alias computed = Scala.alias(input, name(group.input));
    List<NamedExpression> output = new ArrayList<>(Scala.list(child.output()));
    output.add(computed);
    return PrivateInfer.over(model, computed.toAttribute(), new Project(Scala.seq(output), child));
  }
}
