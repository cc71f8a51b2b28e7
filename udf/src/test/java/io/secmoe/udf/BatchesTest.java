// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Warnings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The batches of inferences, and the warnings and the handling of batches that are thin, repeated,
 * streamed or lost.
 */
@Timeout(300)
class BatchesTest {
  @TempDir Path folder;

  private Leftovers leftovers;
  private Tables tables;

  @BeforeEach
  void start() throws Exception {
    leftovers = new Leftovers();
    tables =
        new Tables(
            folder,
            Map.of(
                "spark.local.dir",
                Files.createDirectory(folder.resolve("blocks")).toString(),
                "spark.stage.maxConsecutiveAttempts",
                "8"));
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    tables.close();
    leftovers.assertNone();
  }

  /** Four partitions: in these tests both parties share six task slots. */
  @Test
  void smallPartitionsBecomeOneFullerBatchUnlessTheUserWantsThem() throws Exception {
    tables.table(4).createOrReplaceTempView("small");
    try (Warnings warnings = new Warnings()) {
      assertEquals(
          Tables.ROWS, tables.query("SELECT id, secmoe_label(features) AS y FROM small").size());
      assertEquals(1, tables.attempts().size());
      assertEquals(0, warnings.count("full on average"));
      String repartitioned =
          "SELECT id, secmoe_label(features) AS y FROM (SELECT /*+ REPARTITION(3) */ * FROM small)";
      assertEquals(Tables.ROWS, tables.query(repartitioned).size());
      assertEquals(3, tables.attempts().size());
      tables.spark().conf().set("spark.secmoe.batch.rebalance", "false");
      assertEquals(
          Tables.ROWS, tables.query("SELECT id, k, secmoe_label(features) AS y FROM small").size());
      assertEquals(4, tables.attempts().size());
      Leftovers.eventually(
          1L,
          () -> warnings.count("leave spark.secmoe.batch.rebalance"),
          "warnings of thin batches in an application");
    }
  }

  @Test
  void anInferenceThatRunsAgainSaysWhatTheFirstRunCost() throws Exception {
    String sql = "SELECT id, secmoe_label(features) AS y FROM t";
    Dataset<Row> predicted = tables.spark().sql(sql);
    try (Warnings warnings = new Warnings()) {
      predicted.collectAsList();
      predicted.collectAsList();
      Leftovers.eventually(1L, () -> warnings.count("its first run took 40 rows"), "warnings");
      predicted.persist();
      assertEquals(Tables.ROWS, predicted.where("y IS NOT NULL").count());
      assertEquals(Tables.ROWS, tables.query(sql).size());
      assertEquals(0, tables.inferred(), "persisted: nothing runs again");
    }
  }

  /**
   * Both run in the same tasks, one batch after the other; the server has memory for one attempt at
   * a time.
   */
  @Test
  void twoInferencesInOneStageGetThroughOneSlot() throws Exception {
    tables.close();
    try (Tables narrow =
        new Tables(folder.resolve("narrow"), Map.of("spark.secmoe.memory", "400m"))) {
      narrow.table(4).createOrReplaceTempView("t");
      narrow.spark().conf().set("spark.secmoe.batch.rebalance", "false");
      List<Row> rows =
          narrow.query(
              "SELECT id, secmoe_label(features) AS y, secmoe_label(transform(features, x -> -x))"
                  + " AS z FROM t");
      assertEquals(Tables.ROWS, rows.size());
      assertTrue(rows.stream().noneMatch(row -> row.isNullAt(1) || row.isNullAt(2)));
      assertEquals(2 * 4, narrow.attempts().size());
      assertTrue(
          narrow.attempts().stream()
              .allMatch(attempt -> attempt.succeeded() && attempt.epoch() == 1),
          narrow.attempts().toString());
      List<long[]> times =
          narrow.attempts().stream()
              .map(attempt -> new long[] {attempt.times().granted(), attempt.times().ended()})
              .sorted((a, b) -> Long.compare(a[0], b[0]))
              .toList();
      for (int i = 1; i < times.size(); i++) {
        assertTrue(
            times.get(i)[0] >= times.get(i - 1)[1] - 1_000,
            "attempts overlap: there was more than one slot");
      }
    }
  }

  @Test
  void theServersPolicyMayKeepLogits() throws Exception {
    tables.close();
    try (Tables reticent =
        new Tables(folder.resolve("label"), Map.of("spark.secmoe.output", "label"))) {
      List<Row> rows = reticent.query("SELECT id, secmoe_label(features) AS y FROM t ORDER BY id");
      long equal =
          rows.stream()
              .filter(
                  row -> "abc".indexOf(row.getString(1)) == reticent.classes[(int) row.getLong(0)])
              .count();
      assertTrue(equal >= Tables.ROWS - 3, equal + " labels agree");
      assertEquals(
          List.of("id", "k", "features", "prediction", "label"),
          List.of(
              reticent
                  .spark()
                  .sql("SELECT * FROM secmoe_infer_table(TABLE(t), 'features')")
                  .columns()));
      Exception e =
          assertThrows(
              AnalysisException.class,
              () -> reticent.query("SELECT secmoe_infer(features) FROM t"));
      assertTrue(e.getMessage().contains("the server reveals labels only"), e.getMessage());
    }
  }

  @Test
  void aStatelessProjectionStreams() throws Exception {
    Path input = folder.resolve("stream-in");
    tables.table(1).write().parquet(input.toString());
    SparkSession spark = tables.spark();
    spark
        .readStream()
        .schema(tables.table(1).schema())
        .parquet(input.toString())
        .createOrReplaceTempView("s");
    StreamingQuery query =
        spark
            .sql("SELECT id, secmoe_label(features) AS y FROM s")
            .writeStream()
            .format("parquet")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(org.apache.spark.sql.streaming.Trigger.AvailableNow())
            .start(folder.resolve("stream-out").toString());
    query.awaitTermination();
    assertEquals(
        Tables.ROWS,
        spark
            .read()
            .parquet(folder.resolve("stream-out").toString())
            .where("y IS NOT NULL")
            .count());
  }

  /**
   * A lost block of a shuffle makes Spark repeat the whole indeterminate stage, so that no row is
   * counted under two labels or none.
   */
  @Test
  void aLostShuffleBlockRepeatsTheStageAndKeepsEveryRowOnce() {
    AtomicInteger deleted = new AtomicInteger();
    tables
        .spark()
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onStageCompleted(SparkListenerStageCompleted completed) {
                if (completed.stageInfo().shuffleDepId().isDefined() && deleted.get() == 0) {
                  deleted.addAndGet(deleteOneBlock());
                }
              }
            });
    tables.spark().conf().set("spark.secmoe.batch.rebalance", "false");
    tables.spark().conf().set("spark.sql.adaptive.enabled", "false");
    List<Row> groups =
        tables.query(
            "SELECT secmoe_label(features) AS y, count(*) AS n FROM t GROUP BY"
                + " secmoe_label(features)");
    assertEquals(1, deleted.get());
    assertEquals(Tables.ROWS, groups.stream().mapToLong(row -> row.getLong(1)).sum());
    assertTrue(
        tables.attempts().stream().anyMatch(attempt -> attempt.epoch() > 1),
        tables.attempts().toString());
    assertEquals(2 * 2, tables.attempts().size(), "both partitions again, not only the lost one");
  }

  private int deleteOneBlock() {
    try (Stream<Path> files = Files.walk(folder.resolve("blocks"))) {
      Path block =
          files
              .filter(file -> file.getFileName().toString().matches("shuffle_\\d+_\\d+_0\\.data"))
              .findFirst()
              .orElse(null);
      return block != null && Files.deleteIfExists(block) ? 1 : 0;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
