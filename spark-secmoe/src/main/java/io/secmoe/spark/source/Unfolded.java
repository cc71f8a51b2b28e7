// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.sql.logical.NullReason;
import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Rewrites a scan that infers into the operator over the inner scan, so that other operators may
 * come between the two.
 */
final class Unfolded {
  private final InferenceScan scan;
  private final DataSourceV2ScanRelation relation;
  private final Map<String, AttributeReference> known;

  private Unfolded(InferenceScan scan, DataSourceV2ScanRelation relation) {
    this.scan = scan;
    this.relation = relation;
    this.known =
        Scala.list(relation.output()).stream()
            .collect(Collectors.toMap(AttributeReference::name, Function.identity()));
  }

  static LogicalPlan of(InferenceScan scan, DataSourceV2ScanRelation relation) {
    return new Unfolded(scan, relation).plan();
  }

  private LogicalPlan plan() {
    Layout layout = scan.layout();
    List<AttributeReference> read = new ArrayList<>();
    for (StructField field : layout.read().fields()) {
      read.add(
          known.containsKey(field.name())
              ? known.get(field.name())
              : new AttributeReference(
                  field.name(),
                  field.dataType(),
                  field.nullable(),
                  field.metadata(),
                  NamedExpression.newExprId(),
                  Scala.seq()));
    }
    LogicalPlan inner =
        withMetadata(
            new DataSourceV2ScanRelation(
                relation.relation(),
                scan.inner(),
                Scala.seq(read),
                Option.empty(),
                Option.empty(),
                relation.pushedFilters()));
    LogicalPlan rows =
        layout.conditions().stream()
            .map(condition -> unbind(condition, read))
            .reduce(And::new)
            .<LogicalPlan>map(condition -> new Filter(condition, inner))
            .orElse(inner);
    if (layout.added().isEmpty()) {
      return new Project(
          Scala.seq(new ArrayList<NamedExpression>(Scala.list(relation.output()))), rows);
    }
    PrivateInfer infer =
        PrivateInfer.over(scan.model(), read.get(layout.index(layout.columns().input())), rows);
    return new Project(
        Scala.seq(
            Scala.list(relation.output()).stream().map(column -> output(column, infer)).toList()),
        infer);
  }

  private LogicalPlan withMetadata(DataSourceV2ScanRelation inner) {
    if (scan.metadata() == null) {
      return inner;
    }
    List<NamedExpression> columns = new ArrayList<>(Scala.list(inner.output()));
    columns.add(
        named(
            FileMetadata.of((StructType) scan.metadata().dataType()),
            known.get(FileMetadata.NAME)));
    return new Project(Scala.seq(columns), inner);
  }

  private static Expression unbind(Expression condition, List<AttributeReference> read) {
    return condition.transform(
        Scala.where(
            BoundReference.class::isInstance,
            bound -> read.get(((BoundReference) bound).ordinal())));
  }

  private NamedExpression output(Attribute column, PrivateInfer infer) {
    if (scan.layout().added().stream().noneMatch(field -> field.name().equals(column.name()))) {
      return column;
    }
    Columns columns = scan.layout().columns();
    Expression result =
        column.name().equals(columns.prediction())
            ? infer.prediction()
            : column.name().equals(columns.label())
                ? infer.label()
                : column.name().equals(columns.reason())
                    ? NullReason.of(infer, columns.input())
                    : infer.revealed();
    return named(result, column);
  }

  private static NamedExpression named(Expression value, Attribute as) {
    return new Alias(value, as.name(), as.exprId(), Scala.seq(), Option.empty(), Scala.seq());
  }
}
