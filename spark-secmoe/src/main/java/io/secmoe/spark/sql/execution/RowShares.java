// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

/**
 * Computes the number of rows of each partition below an inference. It is a function of the number
 * of rows and of public values, so partitions tell nothing else about the rows.
 *
 * @param batch rows of a full batch of the longest rows that may come
 * @param shortest rows of a full batch of the shortest rows; the same number if all rows are padded
 *     to one length
 * @param tasks the number of tasks that the cluster runs at once
 * @param most the largest number of partitions
 */
public record RowShares(int batch, int shortest, int tasks, int most) {
  /**
   * Returns the rows of every partition but the last, which gets the rest: a multiple of {@link
   * #batch}. If all full batches have as many rows, that is one batch. If batches of short rows
   * have more, it is as many rows as keep all tasks busy, up to a full batch of the shortest rows.
   * It is more if there would be too many partitions otherwise.
   */
  long rowsPerPartition(long rows) {
    long batches = Math.max(1, ceil(rows, batch));
    long busy = Math.min(ceil(batches, tasks), ceil(shortest, batch));
    return batch * Math.max(busy, ceil(batches, most));
  }

  /**
   * Returns the number of partitions.
   *
   * @param rows the number of rows that are inferred
   * @param others the number of rows that pass without inference; if nearly all rows do, they get
   *     partitions of their own
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
