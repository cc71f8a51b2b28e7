// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.Partition;

/**
 * A range of a partition's rows to be inferred, or of its other rows, in the order of {@link
 * OrderedRows}.
 *
 * @param partition the partition of the exchange's result
 * @param inferred true for rows to be inferred
 * @param from the first row of the range
 * @param to the row after the last one
 * @param count the number of all such rows in the partition
 */
record RowRange(Partition partition, boolean inferred, long from, long to, long count)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Returns the ranges that hold the rows {@code from} to {@code to} of all partitions, one after
   * the other.
   *
   * @param counts for each partition, its number of such rows
   */
  static List<RowRange> of(
      Partition[] partitions, boolean inferred, long[] counts, long from, long to) {
    List<RowRange> ranges = new ArrayList<>();
    long before = 0;
    for (int i = 0; i < counts.length; i++) {
      long first = Math.max(from - before, 0);
      long end = Math.min(to - before, counts[i]);
      if (first < end) {
        ranges.add(new RowRange(partitions[i], inferred, first, end, counts[i]));
      }
      before += counts[i];
    }
    return ranges;
  }
}
