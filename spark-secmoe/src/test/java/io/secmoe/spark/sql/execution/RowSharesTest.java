// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows per partition, and the number of partitions. */
class RowSharesTest {
  @ParameterizedTest
  @CsvSource({
    // All batches are full of 64 rows: one in each partition, unless there would be more than 200
    // partitions.
    "64, 64, 4, 200, 0, 64, 1",
    "64, 64, 4, 200, 64, 64, 1",
    "64, 64, 4, 200, 65, 64, 2",
    "64, 64, 4, 200, 12800, 64, 200",
    "64, 64, 4, 200, 12801, 128, 101",
    "64, 64, 4, 2, 1000000, 500032, 2",
    // Short rows go 8192 in a batch, long ones 512: partitions keep all tasks busy, and hold full
    // batches of both.
    "512, 8192, 1, 200, 1797, 2048, 1",
    "512, 8192, 2, 200, 1797, 1024, 2",
    "512, 8192, 3, 200, 1797, 1024, 2",
    "512, 8192, 4, 200, 1797, 512, 4",
    "512, 8192, 64, 200, 1797, 512, 4",
    "512, 8192, 4, 200, 1000000, 8192, 123",
    "512, 8192, 4, 200, 10000000, 50176, 200",
    // Lengths that do not divide: partitions are whole batches of the longest rows.
    "16, 100, 1, 200, 1000, 112, 9"
  })
  void followFromTheNumberOfRows(
      int batch, int shortest, int tasks, int most, long rows, long perPartition, int partitions) {
    RowShares shares = new RowShares(batch, shortest, tasks, most);
    assertEquals(perPartition, shares.rowsPerPartition(rows));
    assertEquals(partitions, shares.partitions(rows, 0));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 1", "0, 64, 1", "10, 640, 10", "1000, 640, 16", "0, 1000000000000, 200"})
  void manyOtherRowsGetPartitionsTooAndSendNothing(long rows, long others, int partitions) {
    assertEquals(partitions, new RowShares(64, 64, 4, 200).partitions(rows, others));
  }
}
