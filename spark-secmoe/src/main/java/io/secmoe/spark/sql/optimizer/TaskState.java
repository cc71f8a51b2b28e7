// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import io.secmoe.spark.sql.logical.UnfoldingScan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.InputFileBlockLength;
import org.apache.spark.sql.catalyst.expressions.InputFileBlockStart;
import org.apache.spark.sql.catalyst.expressions.InputFileName;
import org.apache.spark.sql.catalyst.expressions.MonotonicallyIncreasingID;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SparkPartitionID;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;

/**
 * Computes values that depend on the file or the row that a task is at below an inference, such as
 * {@code input_file_name()} and {@code monotonically_increasing_id()}. Above it, a whole batch has
 * been read already, perhaps by tasks before an exchange.
 */
public final class TaskState extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformDown(Scala.rewriting(TaskState::move));
  }

  private static LogicalPlan move(LogicalPlan plan) {
    Map<Class<?>, Alias> moved = new LinkedHashMap<>();
    Scala.list(plan.expressions())
        .forEach(
            e ->
                e.foreach(
                    Scala.function(
                        part -> {
                          if (dependsOnTask(part)) {
                            moved.computeIfAbsent(
                                part.getClass(),
                                type -> Scala.alias(part, "_secmoe_" + part.prettyName()));
                          }
                          return null;
                        })));
    if (moved.isEmpty() || plan.children().size() != 1) {
      return null;
    }
    LogicalPlan below = below(Passing.child(plan), List.copyOf(moved.values()));
    if (below == null) {
      return null;
    }
    LogicalPlan reading =
        plan.withNewChildren(Scala.seq(below))
            .transformExpressions(
                Scala.<Expression>rewriting(
                    e -> dependsOnTask(e) ? moved.get(e.getClass()).toAttribute() : null));
    return reading.output().size() == plan.output().size()
        ? reading
        : new Project(
            Scala.seq(new ArrayList<NamedExpression>(Scala.list(plan.output()))), reading);
  }

  private static boolean dependsOnTask(Expression e) {
    return e instanceof InputFileName
        || e instanceof InputFileBlockStart
        || e instanceof InputFileBlockLength
        || e instanceof MonotonicallyIncreasingID
        || e instanceof SparkPartitionID;
  }

  /**
   * Returns the plan with more columns, computed below the lowest inference that runs in the same
   * tasks; null if there is none.
   */
  private static LogicalPlan below(LogicalPlan plan, List<Alias> columns) {
    if (plan instanceof DataSourceV2ScanRelation scan
        && scan.scan() instanceof UnfoldingScan unfolding) {
      return below(unfolding.unfold(scan), columns);
    }
    boolean infers = plan instanceof PrivateInfer;
    if (!infers && !Narrow.is(plan)) {
      return null;
    }
    LogicalPlan child = Passing.child(plan);
    LogicalPlan lower = below(child, columns);
    if (lower == null && infers) {
      lower =
          with(
              child.output(),
              columns.stream().map(column -> (NamedExpression) column).toList(),
              child);
    }
    if (lower == null) {
      return null;
    }
    return plan instanceof Project project
        ? with(
            project.projectList(),
            columns.stream().map(column -> (NamedExpression) column.toAttribute()).toList(),
            lower)
        : plan.withNewChildren(Scala.seq(lower));
  }

  private static Project with(
      scala.collection.Seq<? extends NamedExpression> output,
      List<NamedExpression> more,
      LogicalPlan child) {
    List<NamedExpression> all = new ArrayList<>(Scala.list(output));
    all.addAll(more);
    return new Project(Scala.seq(all), child);
  }
}
