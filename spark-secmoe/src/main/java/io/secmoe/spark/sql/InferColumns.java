package io.secmoe.spark.sql;

import io.secmoe.spark.client.Columns;
import io.secmoe.spark.client.RemoteModel;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;

/** A table with all its columns and those of an inference, under the names a user gave. */
public final class InferColumns {
  private InferColumns() {}

  /** For names that fit the input, see {@link Columns#extend}. */
  public static Dataset<Row> of(SparkSession spark, RemoteModel model, Dataset<Row> input, Columns columns) {
    org.apache.spark.sql.classic.SparkSession session = (org.apache.spark.sql.classic.SparkSession) spark;
    Operators.register(session);
    LogicalPlan plan = ((org.apache.spark.sql.classic.Dataset<Row>) input).queryExecution().analyzed();
    int index = input.schema().fieldIndex(columns.input());
    return org.apache.spark.sql.classic.Dataset.ofRows(session, of(model, plan, plan.output().apply(index), columns));
  }

  /** The same as plans. */
  public static LogicalPlan of(RemoteModel model, LogicalPlan input, Attribute inferred, Columns columns) {
    PrivateInfer infer = PrivateInfer.over(model, inferred, input);
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
      output.add(Scala.alias(new InputFault(model, inferred, columns.input()), columns.reason()));
    }
    return new Project(Scala.seq(output), infer);
  }

  private static void classes(PrivateInfer infer, Columns columns, List<NamedExpression> output) {
    output.add(Scala.alias(infer.prediction(), columns.prediction()));
    output.add(Scala.alias(infer.label(), columns.label()));
  }
}
