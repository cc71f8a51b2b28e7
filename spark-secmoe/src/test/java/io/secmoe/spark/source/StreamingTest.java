// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.client.PrivateInference;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.remote.RemoteModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class StreamingTest {
  private static final int ROWS = 4;

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Parties parties;
  private static SparkSession spark;
  private static String stored;

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    parties = new Parties(folder, SmallModel.write(folder.resolve("model")), Map.of());
    spark = parties.clientSession(Map.of());
    stored = StoredTable.write(spark, StoredTable.rows(ROWS), "parquet", folder.resolve("stored"));
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    parties.close();
    leftovers.assertNone();
  }

  /**
   * The first run of the micro-batch fails after its rows were inferred; the query is started again
   * from its checkpoint.
   */
  @Test
  void aReplayedMicroBatchIsANewAttempt() throws Exception {
    List<List<Row>> seen = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    String checkpoint = folder.resolve("checkpoint").toString();
    StreamingQuery first =
        each(
            checkpoint,
            (rows, id) -> {
              seen.add(labels(rows));
              ids.add(id);
              throw new IllegalStateException("lost after the inference");
            });
    Assertions.assertThrows(StreamingQueryException.class, first::awaitTermination);
    each(
            checkpoint,
            (rows, id) -> {
              seen.add(labels(rows));
              ids.add(id);
            })
        .awaitTermination();

    assertEquals(List.of(0L, 0L), ids);
    assertEquals(List.of(ROWS, ROWS), seen.stream().map(List::size).toList());
    List<AttemptReport> reports = RemoteModels.reports(spark.sparkContext()).value();
    assertEquals(2, reports.size());
    assertEquals(2, reports.stream().map(AttemptReport::keyFingerprint).distinct().count());
  }

  /** Reads the new files of a micro-batch with the data source. */
  private static List<Row> labels(Dataset<Row> files) {
    String[] paths =
        files.select("file").distinct().collectAsList().stream()
            .map(row -> row.getString(0))
            .toArray(String[]::new);
    return spark.read().format("secmoe").load(paths).select("id", "label").collectAsList();
  }

  private static StreamingQuery each(
      String checkpoint, org.apache.spark.api.java.function.VoidFunction2<Dataset<Row>, Long> batch)
      throws Exception {
    return stream()
        .selectExpr("_metadata.file_path AS file")
        .writeStream()
        .trigger(Trigger.AvailableNow())
        .option("checkpointLocation", checkpoint)
        .foreachBatch(batch)
        .start();
  }

  private static Dataset<Row> stream() {
    return spark.readStream().schema(StoredTable.SCHEMA).parquet(stored);
  }

  @Test
  void aProjectionInAStreamInfersEveryRowOnce() throws Exception {
    Dataset<Row> predicted =
        PrivateInference.connect(spark).infer(stream(), "features").select("id", "label");
    String output = folder.resolve("output").toString();
    predicted
        .writeStream()
        .trigger(Trigger.AvailableNow())
        .option("checkpointLocation", folder.resolve("other").toString())
        .format("parquet")
        .start(output)
        .awaitTermination();
    assertEquals(ROWS, spark.read().parquet(output).where("label IS NOT NULL").count());
  }
}
