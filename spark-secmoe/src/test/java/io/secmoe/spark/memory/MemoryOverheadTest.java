// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.memory;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.spark.conf.ConfException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class MemoryOverheadTest {
  private static final long GIB = 1L << 30;

  @Test
  void namesBothKeysIfTheOverheadIsTooSmall() {
    ConfException e =
        assertThrows(
            ConfException.class,
            () -> check(cluster().set("spark.executor.memoryOverhead", "512m"), GIB));
    assertTrue(
        e.getMessage().contains("spark.secmoe.memory")
            && e.getMessage().contains("spark.executor.memoryOverhead")
            && e.getMessage().contains("1024m")
            && e.getMessage().contains("512m"),
        e.getMessage());
  }

  @Test
  void sparksDefaultOverheadCounts() {
    assertThrows(ConfException.class, () -> check(cluster(), GIB));
    assertDoesNotThrow(() -> check(cluster(), 384L << 20));
    assertDoesNotThrow(() -> check(cluster().set("spark.executor.memory", "20g"), GIB));
  }

  @Test
  void enoughIsEnoughAndLocalModeHasNone() {
    assertDoesNotThrow(() -> check(cluster().set("spark.executor.memoryOverhead", "1g"), GIB));
    assertDoesNotThrow(() -> check(new SparkConf(false).set("spark.master", "local[2,4]"), GIB));
    assertThrows(
        ConfException.class,
        () -> check(new SparkConf(false).set("spark.master", "local-cluster[1,1,512]"), GIB));
  }

  private static void check(SparkConf spark, long planned) {
    MemoryOverhead.check(spark.set("spark.secmoe.memory", Long.toString(planned)));
  }

  private static SparkConf cluster() {
    return new SparkConf(false).set("spark.master", "spark://example:7077");
  }
}
