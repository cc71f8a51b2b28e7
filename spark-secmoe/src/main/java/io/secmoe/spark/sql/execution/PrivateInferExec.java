// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.remote.InputTypes;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.remote.RemoteModels;
import io.secmoe.spark.sql.logical.PrivateInfer;
import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnaryExecNode;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;

/**
 * {@link PrivateInfer} on a cluster. Rows pass in batches of their partition, in order, and get two
 * more columns. If rows that the model does not take are errors, a short job checks all rows first,
 * where they can be read twice at little cost.
 */
public final class PrivateInferExec extends SparkPlan implements UnaryExecNode {
  private static final long serialVersionUID = 1L;

  private final RemoteModel model;
  private final Attribute input;
  private final Attribute prediction;
  private final Attribute revealed;
  private final SparkPlan child;
  private transient InferMetrics inferMetrics;

  public PrivateInferExec(
      RemoteModel model,
      Attribute input,
      Attribute prediction,
      Attribute revealed,
      SparkPlan child) {
    this.model = model;
    this.input = input;
    this.prediction = prediction;
    this.revealed = revealed;
    this.child = child;
  }

  @Override
  public SparkPlan child() {
    return child;
  }

  // Implements the methods that UnaryExecNode supplies: from Java, SparkPlan's abstract methods
  // hide them.
  @Override
  public Seq<SparkPlan> children() {
    return Scala.seq(child);
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return withNewChildInternal(children.apply(0));
  }

  @Override
  public SparkPlan withNewChildInternal(SparkPlan newChild) {
    return new PrivateInferExec(model, input, prediction, revealed, newChild);
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
  public Partitioning outputPartitioning() {
    return child.outputPartitioning();
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering();
  }

  @Override
  public Map<String, SQLMetric> metrics() {
    return inferMetrics().asScala();
  }

  /** Returns the figures behind {@link #metrics()}. */
  synchronized InferMetrics inferMetrics() {
    if (inferMetrics == null) {
      inferMetrics = new InferMetrics(sparkContext(), RemoteModels.reports(sparkContext()));
    }
    return inferMetrics;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    int index =
        Scala.list(child.output()).stream().map(Attribute::exprId).toList().indexOf(input.exprId());
    DataType[] types =
        Scala.list(output()).stream().map(Attribute::dataType).toArray(DataType[]::new);
    RemoteModel now = RemoteModels.current(model);
    InputTypes.require(now, input.name(), input.dataType());
    InferPartition operator =
        new InferPartition(
            now, UUID.randomUUID(), input.name(), input.dataType(), index, types, inferMetrics());
    RDD<InternalRow> inputs = child.execute();
    if (!Columns.hasReasons(now) && ReadsTwice.cheaply(child)) {
      RowCounts.of(inputs, SentRows.valid(now, input.name(), input.dataType(), index));
    }
    PrivateInferRDD rows = new PrivateInferRDD(inputs, operator);
    Runs.watch(this, rows.id());
    return rows;
  }

  @Override
  public String simpleString(int maxFields) {
    return "PrivateInfer [" + model + "] " + input + " -> " + prediction + ", " + revealed;
  }

  @Override
  public String verboseStringWithOperatorId() {
    return formattedNodeName()
        + "\nModel: "
        + model.description().name()
        + ", digest "
        + model.description().digest()
        + " (of weights with digest "
        + model.description().weightsDigest()
        + ")"
        + "\nStrategy: "
        + model.strategy().name().toLowerCase(java.util.Locale.ROOT)
        + ", batch.rows="
        + model.batchLimits()
        + "\nInput: "
        + input
        + "\nOutput: "
        + prediction
        + ", "
        + revealed
        + "\n";
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
    return other instanceof PrivateInferExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrivateInferExec that
        && model.equals(that.model)
        && input.equals(that.input)
        && prediction.equals(that.prediction)
        && revealed.equals(that.revealed)
        && child.equals(that.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(PrivateInferExec.class, model, input, prediction, revealed, child);
  }
}
