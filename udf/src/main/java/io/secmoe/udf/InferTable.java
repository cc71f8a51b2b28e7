// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.sql.logical.Analysis;
import io.secmoe.spark.sql.logical.Scala;
import io.secmoe.spark.sql.optimizer.InferColumns;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.FunctionTableSubqueryArgumentExpression;
import org.apache.spark.sql.catalyst.expressions.NamedArgumentExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StringType;
import scala.collection.immutable.Seq;

/**
 * {@code secmoe_infer_table(TABLE(t), 'features')}: t's columns and what the server reveals:
 * prediction, label, logits, or embedding, and the reason of nulls where {@code
 * spark.secmoe.rows.invalid} is null. Named arguments call these otherwise: {@code
 * secmoe_infer_table(TABLE(t), 'features', label => 'digit')}.
 */
final class InferTable {
  static final String NAME = "secmoe_infer_table";
  static final String ARGUMENTS =
      "(TABLE(t), 'column', prediction => 'prediction', label => 'label', logits => 'logits',"
          + " embedding => 'embedding', reason => 'null_reason')";
  private static final String INPUT = "input";
  private static final String COLUMN = "column";
  private static final List<String> ADDED =
      List.of("prediction", "label", "logits", "embedding", "reason");
  private static final String USAGE =
      NAME
          + "(TABLE(t), 'features') takes a table and the name of its column of features or tokens;"
          + " names of added columns are given as named arguments, such as label => 'digit', of "
          + String.join(", ", ADDED);

  private InferTable() {}

  static LogicalPlan of(Supplier<RemoteModel> models, Seq<Expression> arguments) {
    Map<String, Expression> given = named(Scala.list(arguments));
    if (!(given.remove(INPUT) instanceof FunctionTableSubqueryArgumentExpression table)
        || !given.containsKey(COLUMN)) {
      throw Analysis.error(USAGE);
    }
    Columns names = Columns.of(text(given, COLUMN, null));
    Columns columns =
        new Columns(
            names.given(),
            names.input(),
            text(given, "prediction", names.prediction()),
            text(given, "label", names.label()),
            text(given, "logits", names.logits()),
            text(given, "embedding", names.embedding()),
            text(given, "reason", names.reason()));
    RemoteModel model = models.get();
    return Analysis.of(
        () ->
            InferColumns.of(
                model,
                table.plan(),
                columns,
                SQLConf.get(),
                column -> "the argument " + column + " => 'name'"));
  }

  /** Returns arguments by their names; the first two need none. */
  private static Map<String, Expression> named(List<Expression> arguments) {
    Map<String, Expression> named = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      boolean hasName = arguments.get(i) instanceof NamedArgumentExpression;
      if (!hasName && i > 1) {
        throw Analysis.error(USAGE);
      }
      String name =
          arguments.get(i) instanceof NamedArgumentExpression argument
              ? argument.key().toLowerCase(Locale.ROOT)
              : i == 0 ? INPUT : COLUMN;
      if (!ADDED.contains(name) && !name.equals(INPUT) && !name.equals(COLUMN)) {
        throw Analysis.error(NAME + " has no argument '" + name + "'; " + USAGE);
      }
      if (named.put(
              name,
              arguments.get(i) instanceof NamedArgumentExpression argument
                  ? argument.value()
                  : arguments.get(i))
          != null) {
        throw Analysis.error(NAME + " is given the argument '" + name + "' twice; " + USAGE);
      }
    }
    return named;
  }

  private static String text(Map<String, Expression> arguments, String name, String otherwise) {
    Expression argument = arguments.get(name);
    if (argument == null) {
      return otherwise;
    }
    Object value =
        argument.foldable() && argument.dataType() instanceof StringType
            ? argument.eval(null)
            : null;
    if (value == null || value.toString().isEmpty()) {
      throw Analysis.error(
          "the argument '"
              + name
              + "' of "
              + NAME
              + " is the name of a column, a text in quotes; "
              + USAGE);
    }
    return value.toString();
  }
}
