// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.NarrowDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/**
 * The rows of a shuffle in partitions of a given number of rows each: first those to be inferred,
 * then the others. Each row is in one partition. It is in the same partition whenever it is
 * computed again, as long as the shuffle's rows are the same.
 */
public final class RebalanceByRowsRDD extends RDD<InternalRow> {
  private static final long serialVersionUID = 1L;
  private static final ClassTag<InternalRow> ROW =
      scala.reflect.ClassTag$.MODULE$.apply(InternalRow.class);

  private final transient List<Share> shares;
  private final StructType schema;
  private final SentRows sent;

  private RebalanceByRowsRDD(
      RDD<InternalRow> shuffled, List<Share> shares, StructType schema, SentRows sent) {
    super(shuffled.sparkContext(), Scala.seq(new Parts(shuffled, shares)), ROW);
    this.shares = shares;
    this.schema = schema;
    this.sent = sent;
  }

  /**
   * Deals out the rows of a shuffle, by their number, to partitions of whole batches.
   *
   * @param counts for each partition of {@code shuffled}, its number of rows to be inferred and of
   *     others
   * @param schema the schema of the rows
   * @param sent says which rows are inferred
   */
  public static RebalanceByRowsRDD of(
      RDD<InternalRow> shuffled,
      long[][] counts,
      RowShares shares,
      StructType schema,
      SentRows sent) {
    Partition[] partitions = shuffled.partitions();
    long[] rows = column(counts, 0);
    long[] others = column(counts, 1);
    long allRows = sum(rows);
    long allOthers = sum(others);
    long step = shares.rowsPerPartition(allRows);
    int count = shares.partitions(allRows, allOthers);
    List<Share> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<RowRange> ranges =
          new ArrayList<>(RowRange.of(partitions, true, rows, i * step, (i + 1) * step));
      ranges.addAll(
          RowRange.of(
              partitions, false, others, part(allOthers, i, count), part(allOthers, i + 1, count)));
      parts.add(new Share(i, ranges));
    }
    return new RebalanceByRowsRDD(shuffled, parts, schema, sent);
  }

  private static long part(long rows, int i, int count) {
    return rows / count * i + Math.min(i, rows % count);
  }

  private static long[] column(long[][] counts, int index) {
    long[] column = new long[counts.length];
    for (int i = 0; i < column.length; i++) {
      column[i] = counts[i][index];
    }
    return column;
  }

  private static long sum(long[] numbers) {
    long sum = 0;
    for (long number : numbers) {
      sum = Math.addExact(sum, number);
    }
    return sum;
  }

  @Override
  public Partition[] getPartitions() {
    return shares.toArray(Partition[]::new);
  }

  @Override
  public scala.collection.Iterator<InternalRow> compute(Partition partition, TaskContext task) {
    Iterator<RowRange> ranges = ((Share) partition).ranges.iterator();
    RDD<InternalRow> shuffled = firstParent(ROW);
    return CollectionConverters.asScala(
        new Iterator<>() {
          private Iterator<InternalRow> rows = Collections.emptyIterator();

          @Override
          public boolean hasNext() {
            while (!rows.hasNext() && ranges.hasNext()) {
              RowRange range = ranges.next();
              rows =
                  new OrderedRows(
                      shuffled.iterator(range.partition(), task), schema, sent.in(task), range);
            }
            return rows.hasNext();
          }

          @Override
          public InternalRow next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            return rows.next();
          }
        });
  }

  /** The ranges that make a partition. */
  private static final class Share implements Partition {
    private static final long serialVersionUID = 1L;

    private final int index;
    private final List<RowRange> ranges;

    Share(int index, List<RowRange> ranges) {
      this.index = index;
      this.ranges = List.copyOf(ranges);
    }

    @Override
    public int index() {
      return index;
    }
  }

  /** The few partitions of the shuffle that a partition reads. */
  private static final class Parts extends NarrowDependency<InternalRow> {
    private static final long serialVersionUID = 1L;

    private final transient List<Share> shares;

    Parts(RDD<InternalRow> shuffled, List<Share> shares) {
      super(shuffled);
      this.shares = shares;
    }

    @Override
    public Seq<Object> getParents(int partition) {
      return Scala.seq(
          shares.get(partition).ranges.stream()
              .map(range -> (Object) range.partition().index())
              .distinct()
              .toList());
    }
  }
}
