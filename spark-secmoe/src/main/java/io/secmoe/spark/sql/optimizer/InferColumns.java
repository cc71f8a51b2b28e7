// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.optimizer;

import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.sql.logical.InputColumn;
import io.secmoe.spark.sql.logical.NullReason;
import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.internal.SQLConf;

/**
 * Adds the columns of an inference to a table with all its columns, under the names that a user
 * gave.
 */
public final class InferColumns {
  private InferColumns() {}

  /**
   * Adds the columns of an inference to a Dataset.
   *
   * @param option says how a user names an added column, see {@link Columns.Naming}
   * @throws io.secmoe.spark.remote.InferenceException UNUSABLE if the columns do not fit the table
   *     or the model
   */
  public static Dataset<Row> of(
      SparkSession spark,
      RemoteModel model,
      Dataset<Row> input,
      Columns columns,
      UnaryOperator<String> option) {
    org.apache.spark.sql.classic.SparkSession session =
        (org.apache.spark.sql.classic.SparkSession) spark;
    LogicalPlan plan =
        ((org.apache.spark.sql.classic.Dataset<Row>) input).queryExecution().analyzed();
    LogicalPlan inferred = of(model, plan, columns, session.sessionState().conf(), option);
    Operators.register(session);
    return org.apache.spark.sql.classic.Dataset.ofRows(session, inferred);
  }

  /** Adds the columns of an inference to a plan. */
  public static LogicalPlan of(
      RemoteModel model,
      LogicalPlan input,
      Columns columns,
      SQLConf conf,
      UnaryOperator<String> option) {
    columns.requireGiven(model);
    NamedExpression given = InputColumn.of(input, columns.input(), conf);
    columns.extend(
        DataTypeUtils.fromAttributes(input.output()),
        given.toAttribute().dataType(),
        model,
        new Columns.Naming(conf.caseSensitiveAnalysis(), option));
    PrivateInfer infer =
        PrivateInfer.over(
            model, given.toAttribute(), given instanceof Attribute ? input : with(given, input));
    List<NamedExpression> output = new ArrayList<>(Scala.list(input.output()));
    switch (model.output()) {
      case EMBEDDINGS -> output.add(Scala.alias(infer.revealed(), columns.embedding()));
      case LABEL -> classes(infer, columns, output);
      case LOGITS -> {
        classes(infer, columns, output);
        output.add(Scala.alias(infer.revealed(), columns.logits()));
      }
    }
    if (Columns.hasReasons(model)) {
      output.add(Scala.alias(NullReason.of(infer, columns.input()), columns.reason()));
    }
    return new Project(Scala.seq(output), infer);
  }

  private static LogicalPlan with(NamedExpression computed, LogicalPlan input) {
    List<NamedExpression> output = new ArrayList<>(Scala.list(input.output()));
    output.add(computed);
    return new Project(Scala.seq(output), input);
  }

  private static void classes(PrivateInfer infer, Columns columns, List<NamedExpression> output) {
    output.add(Scala.alias(infer.prediction(), columns.prediction()));
    output.add(Scala.alias(infer.label(), columns.label()));
  }
}
