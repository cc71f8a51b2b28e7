package io.secmoe.spark.sql;

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
 * Deals a shuffle's rows out to partitions whose sizes follow from the number of rows alone, not from bytes, nor from how rows lay in the
 * input's partitions. The shuffle keeps the input from being computed twice: its rows are counted, which is a short job of its own, and
 * then read where they lie.
 */
public final class RebalanceByRowsExec extends SparkPlan implements UnaryExecNode {
  private static final long serialVersionUID = 1L;

  private final Attribute input;
  private final int batch;
  private final int shortest;
  private final int most;
  private final SparkPlan child;

  /**
   * @param input what is inferred; rows in which it is null are dealt out on their own
   * @param batch see {@link RowShares}
   * @param shortest see {@link RowShares}
   * @param most partitions at most
   * @param child of which the rows are numbered, see {@link #over}
   */
  public RebalanceByRowsExec(Attribute input, int batch, int shortest, int most, SparkPlan child) {
    this.input = input;
    this.batch = batch;
    this.shortest = shortest;
    this.most = most;
    this.child = child;
  }

  /** Returns the plan over a shuffle of the input, which deals its rows out to {@code most} partitions in turn. */
  static RebalanceByRowsExec over(SparkPlan rows, Attribute input, int batch, int shortest, int most) {
    SparkPlan shuffle = new ShuffleExchangeExec(new RoundRobinPartitioning(most), rows, REPARTITION_BY_NUM$.MODULE$, Option.empty());
    return new RebalanceByRowsExec(input, batch, shortest, most, shuffle);
  }

  @Override
  public SparkPlan child() {
    return child;
  }

  // What UnaryExecNode supplies is hidden by SparkPlan's abstract methods when seen from Java: said again.
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
    return new RebalanceByRowsExec(input, batch, shortest, most, newChild);
  }

  @Override
  public Seq<Attribute> output() {
    return child.output();
  }

  @Override
  public RDD<InternalRow> doExecute() {
    int index = Scala.list(child.output()).stream().map(Attribute::exprId).toList().indexOf(input.exprId());
    RDD<InternalRow> shuffled = child.execute();
    RowShares shares = new RowShares(batch, shortest, sparkContext().defaultParallelism(), most);
    return RebalanceByRowsRDD.of(shuffled, RowCounts.of(shuffled, index), shares, schema(), index);
  }

  @Override
  public String nodeName() {
    return "RebalanceByRows";
  }

  @Override
  public String simpleString(int maxFields) {
    return "RebalanceByRows rows of a full batch: " + batch + (shortest == batch ? "" : " to " + shortest) + ", partitions: at most "
        + most;
  }

  @Override
  public int productArity() {
    return 5;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> input;
      case 1 -> batch;
      case 2 -> shortest;
      case 3 -> most;
      case 4 -> child;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof RebalanceByRowsExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RebalanceByRowsExec that && input.equals(that.input) && batch == that.batch && shortest == that.shortest
        && most == that.most && child.equals(that.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(RebalanceByRowsExec.class, input, batch, shortest, most, child);
  }
}
