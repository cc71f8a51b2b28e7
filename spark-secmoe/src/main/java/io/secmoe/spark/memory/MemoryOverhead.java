// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.memory;

import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.conf.SecMoeConf;
import org.apache.spark.SparkConf;

/**
 * Checks that the cluster manager grants executors the native memory that attempts may plan with.
 */
public final class MemoryOverhead {
  private static final String KEY = "spark.executor.memoryOverhead";
  private static final String FACTOR = "spark.executor.memoryOverheadFactor";
  private static final String MIN = "spark.executor.minMemoryOverhead";

  private MemoryOverhead() {}

  /**
   * Checks {@code spark.secmoe.memory}, of either side.
   *
   * @throws ConfException if the overhead is smaller; in local mode there is no overhead and
   *     nothing to check
   */
  public static void check(SparkConf spark) {
    long planned = SecMoeConf.of(spark).get(SecMoeConf.MEMORY);
    if (spark.get("spark.master", "").matches("local(\\[.*])?")) {
      return;
    }
    long heap = spark.getSizeAsBytes("spark.executor.memory", "1g");
    long fallback =
        Math.max(spark.getSizeAsBytes(MIN, "384m"), (long) (heap * spark.getDouble(FACTOR, 0.1)));
    long overhead = spark.contains(KEY) ? spark.getSizeAsMb(KEY) << 20 : fallback;
    if (planned > overhead) {
      throw new ConfException(
          "configuration key "
              + SecMoeConf.MEMORY.key()
              + " has the value "
              + (planned >> 20)
              + "m; allowed: at most "
              + KEY
              + ", which is "
              + (overhead >> 20)
              + "m; raise that one or lower this one");
    }
  }
}
