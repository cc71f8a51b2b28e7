package io.secmoe.udf;

import io.secmoe.spark.client.Columns;
import io.secmoe.spark.client.RemoteModel;
import io.secmoe.spark.sql.Analysis;
import io.secmoe.spark.sql.InferColumns;
import io.secmoe.spark.sql.Scala;
import java.util.function.Supplier;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.FunctionTableSubqueryArgumentExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import scala.collection.immutable.Seq;

/** {@code secmoe_infer_table(TABLE(t), 'features')}: t's columns and what the server reveals: prediction, label, logits, or embedding. */
final class InferTable {
  static final String NAME = "secmoe_infer_table";
  private static final String USAGE = NAME + "(TABLE(t), 'features') takes a table and the name of its column of features or tokens";

  private InferTable() {}

  static LogicalPlan of(Supplier<RemoteModel> models, Seq<Expression> arguments) {
    if (arguments.size() != 2 || !(arguments.apply(0) instanceof FunctionTableSubqueryArgumentExpression table)
        || !arguments.apply(1).foldable() || arguments.apply(1).eval(null) == null) {
      throw Analysis.error(USAGE);
    }
    LogicalPlan input = table.plan();
    Columns columns = Columns.of(arguments.apply(1).eval(null).toString());
    RemoteModel model = models.get();
    Analysis.of(() -> columns.extend(DataTypeUtils.fromAttributes(input.output()), model));
    Attribute inferred = Scala.list(input.output()).stream().filter(a -> a.name().equals(columns.input())).findFirst().orElseThrow();
    return InferColumns.of(model, input, inferred, columns);
  }
}
