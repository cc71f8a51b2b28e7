// SPDX-License-Identifier: Apache-2.0
package io.secmoe.demo;

import io.secmoe.spark.client.PrivateInference;
import io.secmoe.spark.source.StoredTable;
import java.util.Arrays;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Infers the files of a folder one by one, as a stream with a checkpoint. It runs in a process of
 * its own, which may be killed.
 */
final class FileByFile {
  private FileByFile() {}

  /**
   * Arguments: folders of input, checkpoint and output, then settings of the session, each
   * key=value.
   */
  public static void main(String[] arguments) throws Exception {
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("file-by-file")
            .master("local[2,4]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1");
    Arrays.stream(arguments)
        .skip(3)
        .map(setting -> setting.split("=", 2))
        .forEach(setting -> builder.config(setting[0], setting[1]));
    try (SparkSession spark = builder.getOrCreate()) {
      Dataset<Row> files =
          spark
              .readStream()
              .schema(StoredTable.SCHEMA)
              .option("maxFilesPerTrigger", 1)
              .parquet(arguments[0]);
      PrivateInference.connect(spark)
          .infer(files, "features")
          .select("id", "label")
          .writeStream()
          .trigger(Trigger.AvailableNow())
          .option("checkpointLocation", arguments[1])
          .format("parquet")
          .start(arguments[2])
          .awaitTermination();
    }
  }
}
