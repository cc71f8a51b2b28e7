// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import io.secmoe.spark.remote.BatchLimits;
import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.sql.logical.Scala;
import java.util.Objects;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.physical.RoundRobinPartitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnaryExecNode;
import org.apache.spark.sql.execution.exchange.REPARTITION_BY_NUM$;
import org.apache.spark.sql.execution.exchange.ShuffleExchangeExec;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * Deals a shuffle's rows out to partitions. The partitions' sizes follow from the number of rows
 * alone. They do not depend on bytes, nor on the input's partitions. The shuffle keeps the input
 * from being computed twice: a short job counts its rows, which are then read from the shuffle. The
 * job checks the rows too, so a row that the model does not take is found before anything is paid
 * for.
 */
public final class RebalanceByRowsExec extends SparkPlan implements UnaryExecNode {
  private static final long serialVersionUID = 1L;

  private final RemoteModel model;
  private final Attribute input;
  private final int batch;
  private final int shortest;
  private final int most;
  private final SparkPlan child;

  /**
   * @param model the model that infers the rows
   * @param input the input column; rows in which it is null, or has a value that the model does not
   *     take, are dealt out separately
   * @param batch see {@link RowShares}
   * @param shortest see {@link RowShares}
   * @param most the largest number of partitions
   * @param child the plan whose rows are numbered, see {@link #over}
   */
  public RebalanceByRowsExec(
      RemoteModel model, Attribute input, int batch, int shortest, int most, SparkPlan child) {
    this.model = model;
    this.input = input;
    this.batch = batch;
    this.shortest = shortest;
    this.most = most;
    this.child = child;
  }

  /**
   * Returns the plan over a shuffle of the input that deals its rows out to {@code most} partitions
   * in turn.
   */
  public static RebalanceByRowsExec over(
      SparkPlan rows, RemoteModel model, Attribute input, int most) {
    BatchLimits limits = model.batchLimits();
    SparkPlan shuffle =
        new ShuffleExchangeExec(
            new RoundRobinPartitioning(most), rows, REPARTITION_BY_NUM$.MODULE$, Option.empty());
    return new RebalanceByRowsExec(
        model, input, limits.largest().count(), limits.most(), most, shuffle);
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
    return new RebalanceByRowsExec(model, input, batch, shortest, most, newChild);
  }

  @Override
  public Seq<Attribute> output() {
    return child.output();
  }

  @Override
  public RDD<InternalRow> doExecute() {
    int index =
        Scala.list(child.output()).stream().map(Attribute::exprId).toList().indexOf(input.exprId());
    RDD<InternalRow> shuffled = child.execute();
    RowShares shares = new RowShares(batch, shortest, sparkContext().defaultParallelism(), most);
    SentRows valid = SentRows.valid(model, input.name(), input.dataType(), index);
    long[][] counts = RowCounts.of(shuffled, valid);
    return RebalanceByRowsRDD.of(
        shuffled,
        counts,
        shares,
        schema(),
        Columns.hasReasons(model) ? valid : SentRows.notNull(index));
  }

  @Override
  public String nodeName() {
    return "RebalanceByRows";
  }

  @Override
  public String simpleString(int maxFields) {
    return "RebalanceByRows rows of a full batch: "
        + batch
        + (shortest == batch ? "" : " to " + shortest)
        + ", partitions: at most "
        + most;
  }

  @Override
  public int productArity() {
    return 6;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> model;
      case 1 -> input;
      case 2 -> batch;
      case 3 -> shortest;
      case 4 -> most;
      case 5 -> child;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof RebalanceByRowsExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RebalanceByRowsExec that
        && model.equals(that.model)
        && input.equals(that.input)
        && batch == that.batch
        && shortest == that.shortest
        && most == that.most
        && child.equals(that.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(RebalanceByRowsExec.class, model, input, batch, shortest, most, child);
  }
}
