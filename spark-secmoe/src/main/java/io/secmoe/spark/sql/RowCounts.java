package io.secmoe.spark.sql;

import java.io.Serializable;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction1;

/** Counts a partition's rows: those with a value in one of their columns, and those without. */
final class RowCounts extends AbstractFunction1<Iterator<InternalRow>, long[]> implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final ClassTag<long[]> COUNTS = scala.reflect.ClassTag$.MODULE$.apply(long[].class);

  private final int column;

  private RowCounts(int column) {
    this.column = column;
  }

  /** Runs a job; returns both numbers for each partition. */
  static long[][] of(RDD<InternalRow> rows, int column) {
    return (long[][]) rows.sparkContext().runJob(rows, new RowCounts(column), COUNTS);
  }

  @Override
  public long[] apply(Iterator<InternalRow> rows) {
    long[] counts = new long[2];
    while (rows.hasNext()) {
      counts[rows.next().isNullAt(column) ? 1 : 0]++;
    }
    return counts;
  }
}
