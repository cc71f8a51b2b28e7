// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.logical;

import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.remote.Revealed;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetArrayItem;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.UnaryNode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * The child's rows, one for one and in order, with the results of private inference in two more
 * columns: the index of the predicted class, and the numbers that the server reveals, which are
 * logits or an embedding. A column is null if the server does not reveal it. Rows whose input is
 * null are not sent and get nulls.
 */
public final class PrivateInfer extends LogicalPlan implements UnaryNode, Serializable {
  private static final long serialVersionUID = 1L;

  private final RemoteModel model;
  private final Attribute input;
  private final Attribute prediction;
  private final Attribute revealed;
  private final LogicalPlan child;

  public PrivateInfer(
      RemoteModel model,
      Attribute input,
      Attribute prediction,
      Attribute revealed,
      LogicalPlan child) {
    this.model = model;
    this.input = input;
    this.prediction = prediction;
    this.revealed = revealed;
    this.child = child;
  }

  /** Makes the operator with new attributes for the results. */
  public static PrivateInfer over(RemoteModel model, Attribute input, LogicalPlan child) {
    return new PrivateInfer(
        model,
        input,
        attribute("_secmoe_prediction", DataTypes.IntegerType),
        attribute("_secmoe_revealed", Revealed.type(model.layers())),
        child);
  }

  private static Attribute attribute(String name, DataType type) {
    return new AttributeReference(
        name, type, true, Metadata.empty(), NamedExpression.newExprId(), Scala.seq());
  }

  public RemoteModel model() {
    return model;
  }

  public Attribute input() {
    return input;
  }

  public Attribute prediction() {
    return prediction;
  }

  public Attribute revealed() {
    return revealed;
  }

  /** Returns the name of the predicted class. */
  public Expression label() {
    Object names = model.layers().labels().toArray(String[]::new);
    return new GetArrayItem(
        Literal.create(names, DataTypes.createArrayType(DataTypes.StringType, false)),
        prediction,
        false);
  }

  @Override
  public LogicalPlan child() {
    return child;
  }

  // Implements the methods that UnaryNode supplies, here and below: from Java, LogicalPlan's
  // abstract methods hide them.
  @Override
  public Seq<LogicalPlan> children() {
    return Scala.seq(child);
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return withNewChildInternal(children.apply(0));
  }

  @Override
  public LogicalPlan withNewChildInternal(LogicalPlan newChild) {
    return new PrivateInfer(model, input, prediction, revealed, newChild);
  }

  @Override
  public Seq<Attribute> output() {
    List<Attribute> output = new ArrayList<>(Scala.list(child.output()));
    output.addAll(List.of(prediction, revealed));
    return Scala.seq(output);
  }

  @Override
  public AttributeSet producedAttributes() {
    return AttributeSet.fromAttributeSets(
        Scala.seq(AttributeSet.apply(prediction), AttributeSet.apply(revealed)));
  }

  @Override
  public Option<Object> maxRows() {
    return child.maxRows();
  }

  @Override
  public Option<Object> maxRowsPerPartition() {
    return child.maxRowsPerPartition();
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering();
  }

  @Override
  public String simpleString(int maxFields) {
    return "PrivateInfer [" + model + "] " + input + " -> " + prediction + ", " + revealed;
  }

  @Override
  public int productArity() {
    return 5;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> model;
      case 1 -> input;
      case 2 -> prediction;
      case 3 -> revealed;
      case 4 -> child;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof PrivateInfer;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrivateInfer that
        && model.equals(that.model)
        && input.equals(that.input)
        && prediction.equals(that.prediction)
        && revealed.equals(that.revealed)
        && child.equals(that.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(PrivateInfer.class, model, input, prediction, revealed, child);
  }
}
