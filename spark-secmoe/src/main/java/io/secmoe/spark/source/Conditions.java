// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.sql.logical.Scala;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.types.StructType;

/**
 * Conditions on stored columns. Readers of files use them to skip much, but not every row that
 * fails them; rows that do are not inferred either. Spark tests them once more above the scan,
 * which may be planned without an inference.
 */
final class Conditions {
  private Conditions() {}

  /**
   * Those that a scan can test: the same for equal rows, and not left to an operator of their own.
   */
  static List<Expression> testable(List<Expression> conditions) {
    return conditions.stream()
        .filter(
            condition ->
                condition.deterministic()
                    && !(Boolean) condition.exists(Scala.function(Conditions::another)))
        .toList();
  }

  /** Such as a Python function. Attributes become positions before anything is evaluated. */
  private static boolean another(Expression expression) {
    return expression instanceof Unevaluable && !(expression instanceof AttributeReference);
  }

  /** Names of the columns they read. */
  static Set<String> columns(List<Expression> conditions) {
    Set<String> names = new HashSet<>();
    conditions.forEach(
        condition ->
            Scala.list(condition.references().toSeq())
                .forEach(attribute -> names.add(attribute.name())));
    return names;
  }

  /** With positions in rows in place of attributes: equal if they ask the same. */
  static List<Expression> bind(List<Expression> conditions, StructType rows) {
    return conditions.stream()
        .map(
            condition ->
                condition.transform(
                    Scala.where(
                        AttributeReference.class::isInstance,
                        attribute -> bind((AttributeReference) attribute, rows))))
        .toList();
  }

  private static Expression bind(AttributeReference attribute, StructType rows) {
    int index = rows.fieldIndex(attribute.name());
    return new BoundReference(index, rows.apply(index).dataType(), rows.apply(index).nullable());
  }
}
