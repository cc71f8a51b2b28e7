// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

/**
 * Says how many rows each partition below an inference gets. It is a function of the number of rows
 * and of what is public, so that partitions tell nothing else of the rows.
 *
 * @param batch rows of a full batch, of the longest rows that may come
 * @param shortest rows of a full batch of the shortest rows; the same number where all rows are
 *     padded to one length
 * @param tasks that the cluster runs at once
 * @param most partitions at most
 */
public record RowShares(int batch, int shortest, int tasks, int most) {
  /**
   * Returns the rows of every partition but the last, which gets what is left: a multiple of {@link
   * #batch}. Where all full batches have as many rows, that is one batch. Where batches of short
   * rows have more, it is as many rows as keep all tasks busy, up to a full batch of the shortest
   * rows. It is more where there would be too many partitions.
   */
  long rowsPerPartition(long rows) {
    long batches = Math.max(1, ceil(rows, batch));
    long busy = Math.min(ceil(batches, tasks), ceil(shortest, batch));
    return batch * Math.max(busy, ceil(batches, most));
  }

  /**
   * Returns the number of partitions.
   *
   * @param rows that are inferred
   * @param others that pass without; where nearly all rows do, they get partitions of their own
   */
  int partitions(long rows, long others) {
    long inferring = ceil(rows, rowsPerPartition(rows));
    long passing = Math.min(most, ceil(others, shortest));
    return (int) Math.max(1, Math.max(inferring, passing));
  }

  private static long ceil(long a, long b) {
    return (a + b - 1) / b;
  }
}
