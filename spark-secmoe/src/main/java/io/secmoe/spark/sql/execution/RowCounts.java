// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import java.io.Serializable;
import java.util.function.Predicate;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction1;

/**
 * Counts a partition's rows: those that are sent and the others. It throws the error for rows that
 * must be errors.
 */
public final class RowCounts extends AbstractFunction1<Iterator<InternalRow>, long[]>
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final ClassTag<long[]> COUNTS =
      scala.reflect.ClassTag$.MODULE$.apply(long[].class);

  private final SentRows sent;

  private RowCounts(SentRows sent) {
    this.sent = sent;
  }

  /** Runs a job and returns both numbers for each partition. */
  public static long[][] of(RDD<InternalRow> rows, SentRows sent) {
    return (long[][]) rows.sparkContext().runJob(rows, new RowCounts(sent), COUNTS);
  }

  @Override
  public long[] apply(Iterator<InternalRow> rows) {
    long[] counts = new long[2];
    Predicate<InternalRow> isSent = sent.in(TaskContext.get());
    while (rows.hasNext()) {
      counts[isSent.test(rows.next()) ? 0 : 1]++;
    }
    return counts;
  }
}
