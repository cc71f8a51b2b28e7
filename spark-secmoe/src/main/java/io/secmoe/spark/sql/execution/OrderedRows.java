// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.RecordBinaryComparator;
import org.apache.spark.sql.execution.UnsafeExternalRowSorter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.collection.unsafe.sort.PrefixComparators;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reads a range of a partition's rows. A shuffle hands out its rows in another order each time. So
 * they are sorted by their bytes first, as Spark does before it deals rows out, and every task that
 * reads from a partition numbers its rows alike. The row is reused.
 */
final class OrderedRows implements Iterator<InternalRow> {
  private final UnsafeExternalRowSorter sorter;
  private final scala.collection.Iterator<InternalRow> sorted;
  private long left;

  /**
   * @param rows the rows of the whole partition
   * @param schema the schema of the rows
   * @param sent says which of the rows are inferred
   * @throws IllegalStateException if the number of such rows differs from the number that was
   *     counted
   */
  OrderedRows(
      scala.collection.Iterator<InternalRow> rows,
      StructType schema,
      Predicate<InternalRow> sent,
      RowRange range) {
    Chosen chosen = new Chosen(CollectionConverters.asJava(rows), sent, range.inferred());
    try {
      sorter =
          UnsafeExternalRowSorter.createWithRecordComparator(
              schema,
              RecordBinaryComparator::new,
              PrefixComparators.LONG,
              new HashPrefix(),
              SparkEnv.get().memoryManager().pageSizeBytes(),
              false);
      sorted = sorter.sort(CollectionConverters.asScala(chosen));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (chosen.count != range.count()) {
      sorter.cleanupResources();
      throw new IllegalStateException(
          "the rows below an inference are not those that were counted: they were computed again,"
              + " and differ this time; run the query again, or write its input to a table"
              + " first");
    }
    for (long skipped = 0; skipped < range.from(); skipped++) {
      sorted.next();
    }
    left = range.to() - range.from();
  }

  @Override
  public boolean hasNext() {
    if (left == 0) {
      sorter.cleanupResources();
    }
    return left > 0;
  }

  @Override
  public InternalRow next() {
    if (left == 0) {
      throw new NoSuchElementException();
    }
    left--;
    return sorted.next();
  }

  /** Picks the rows to be inferred, or the others, and counts them. */
  private static final class Chosen implements Iterator<UnsafeRow> {
    private final Iterator<InternalRow> rows;
    private final Predicate<InternalRow> sent;
    private final boolean inferred;
    private UnsafeRow next;
    private long count;

    Chosen(Iterator<InternalRow> rows, Predicate<InternalRow> sent, boolean inferred) {
      this.rows = rows;
      this.sent = sent;
      this.inferred = inferred;
    }

    @Override
    public boolean hasNext() {
      while (next == null && rows.hasNext()) {
        UnsafeRow row = (UnsafeRow) rows.next();
        next = sent.test(row) == inferred ? row : null;
      }
      return next != null;
    }

    @Override
    public UnsafeRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      UnsafeRow row = next;
      next = null;
      count++;
      return row;
    }
  }

  /** Compares rows by their hashes first. */
  private static final class HashPrefix extends UnsafeExternalRowSorter.PrefixComputer {
    private final Prefix prefix = new Prefix();

    @Override
    public Prefix computePrefix(InternalRow row) {
      prefix.value = row.hashCode();
      return prefix;
    }
  }
}
