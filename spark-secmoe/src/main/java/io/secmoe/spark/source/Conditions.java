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
 * Conditions on stored columns. Readers of files use them to skip many rows, but not every row that
 * fails them. Rows that fail them here are not inferred either. Spark tests the conditions once
 * more above the scan, which may be planned without an inference.
 */
final class Conditions {
  private Conditions() {}

  /**
   * Returns the conditions that a scan can test: deterministic ones that need no operator of their
   * own.
   */
  static List<Expression> testable(List<Expression> conditions) {
    return conditions.stream()
        .filter(
            condition ->
                condition.deterministic()
                    && !(Boolean) condition.exists(Scala.function(Conditions::another)))
        .toList();
  }

  /**
   * Returns true for an expression that needs another operator, such as a Python function.
   * Attributes become positions before anything is evaluated.
   */
  private static boolean another(Expression expression) {
    return expression instanceof Unevaluable && !(expression instanceof AttributeReference);
  }

  /** Returns the names of the columns that the conditions read. */
  static Set<String> columns(List<Expression> conditions) {
    Set<String> names = new HashSet<>();
    conditions.forEach(
        condition ->
            Scala.list(condition.references().toSeq())
                .forEach(attribute -> names.add(attribute.name())));
    return names;
  }

  /**
   * Returns the conditions with positions in rows in place of attributes, so that equal conditions
   * are equal objects.
   */
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
