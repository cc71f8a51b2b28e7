// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.logical;

import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.InferenceException.Kind;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * The input column of a model, found by its name as Spark's analyzer finds columns. {@code
 * spark.sql.caseSensitive} decides on letter case. The name may be qualified, it may name a field
 * of a struct, and it is in backticks if it has dots in it.
 */
public final class InputColumn {
  private InputColumn() {}

  /**
   * Finds the column in a table: an attribute, or an alias of a struct's field.
   *
   * @throws InferenceException UNUSABLE if there is no such column; if there are several, with the
   *     analyzer's error as its cause
   */
  public static NamedExpression of(LogicalPlan table, String name, SQLConf conf) {
    Option<NamedExpression> found;
    try {
      found = table.resolve(UnresolvedAttribute.parseAttributeName(name), conf.resolver());
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new InferenceException(Kind.UNUSABLE, e.getMessage(), e);
      }
      throw e;
    }
    if (found.isEmpty()) {
      throw new InferenceException(
          Kind.UNUSABLE,
          "there is no column '"
              + name
              + "'; the input has "
              + Scala.list(table.output()).stream()
                  .map(Attribute::name)
                  .collect(Collectors.joining(", ")));
    }
    return found.get();
  }

  /**
   * Returns the name of the column in a schema.
   *
   * @throws InferenceException UNUSABLE if there is none, or several, or it is a field of a struct
   */
  public static String nameIn(StructType table, String name, SQLConf conf) {
    List<AttributeReference> stored = Scala.list(DataTypeUtils.toAttributes(table));
    LocalRelation columns =
        new LocalRelation(Scala.<Attribute>seq(stored), Scala.seq(), false, Option.empty());
    if (of(columns, name, conf) instanceof Attribute column) {
      // The analyzer gives the column the name that was asked for.
      return stored.stream()
          .filter(a -> a.exprId().equals(column.exprId()))
          .findFirst()
          .orElseThrow()
          .name();
    }
    throw new InferenceException(
        Kind.UNUSABLE,
        "'"
            + name
            + "' is a field of a struct, and the data source secmoe takes columns of their"
            + " own; read the table with its own format, and call the SQL functions on the field");
  }
}
