// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.io.Serializable;
import java.util.Comparator;
import java.util.UUID;

/**
 * The batch that a task works on. Public.
 *
 * @param run the physical execution
 * @param stage Spark's number of the stage
 * @param task Spark's number of this try at the task
 * @param partition index of the partition
 * @param batch index of the batch in its partition
 */
public record BatchPlace(UUID run, int stage, long task, int partition, int batch)
    implements Serializable {
  static final Comparator<BatchPlace> ORDER =
      Comparator.comparingInt(BatchPlace::stage)
          .thenComparingInt(BatchPlace::partition)
          .thenComparing(BatchPlace::run)
          .thenComparingLong(BatchPlace::task);
}
