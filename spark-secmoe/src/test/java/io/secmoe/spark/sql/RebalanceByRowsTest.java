// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallEncoder;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.client.PrivateInference;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.sql.execution.PrivateInferExec;
import io.secmoe.spark.sql.execution.RebalanceByRowsExec;
import io.secmoe.spark.sql.execution.RebalanceByRowsRDD;
import io.secmoe.spark.sql.execution.RowCounts;
import io.secmoe.spark.sql.execution.RowShares;
import io.secmoe.spark.sql.execution.SentRows;
import io.secmoe.spark.sql.logical.Scala;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server's view of batches follows from the number of rows sent. It does not depend on their
 * bytes, nor on their places in files.
 */
@Timeout(400)
class RebalanceByRowsTest {
  /**
   * Tokens that the model takes at most, and that rows are padded to in these tests: 256 rows fill
   * a batch.
   */
  private static final int LENGTH = 32;

  private static final Map<String, String> PADDED =
      Map.of("spark.secmoe.batch.length", "" + LENGTH);

  /** Both parties share six task slots: two are left for the server. */
  private static final int SHUFFLE = 4;

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Path model;
  private static Parties parties;
  private static SparkSession spark;

  /** The server's view of an attempt, without times. */
  private record Seen(int partition, int batch, int rows) {}

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    model = SmallEncoder.writePooled(folder.resolve("model"));
    parties =
        new Parties(
            folder,
            model,
            Map.of(
                "spark.secmoe.output", "embeddings", "spark.sql.shuffle.partitions", "" + SHUFFLE));
    spark = parties.spark();
  }

  @BeforeEach
  void adaptively() {
    spark.conf().set("spark.sql.adaptive.enabled", "true");
    spark.conf().set("spark.sql.adaptive.advisoryPartitionSizeInBytes", "1m");
    spark.conf().set("spark.sql.files.maxPartitionBytes", "65536");
    spark.conf().set("spark.sql.files.openCostInBytes", "0");
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    parties.close();
    leftovers.assertNone();
  }

  private static PrivateInference connect(Map<String, String> more) {
    Map<String, String> changes = new HashMap<>(PADDED);
    changes.putAll(more);
    return PrivateInference.connect(spark, parties.client(changes));
  }

  /** Returns rows of this many tokens each, as stored in files that Spark splits by bytes. */
  private static Dataset<Row> stored(int rows, int tokens, String more) {
    String path =
        folder
            .resolve("rows-" + rows + "-" + tokens + "-" + Integer.toHexString(more.hashCode()))
            .toString();
    spark
        .range(0, rows, 1, 4)
        .selectExpr(
            "id",
            "transform(sequence(1, "
                + tokens
                + "), i -> CAST(pmod(hash(id, i), "
                + SmallEncoder.VOCABULARY
                + ") AS INT)) AS tokens",
            more + " AS more")
        .write()
        .mode("overwrite")
        .parquet(path);
    return spark.read().parquet(path);
  }

  /** Returns the plan below the only inference; nothing has run. */
  private static SparkPlan below(Dataset<Row> inferred) {
    spark.conf().set("spark.sql.adaptive.enabled", "false");
    SparkPlan plan =
        ((org.apache.spark.sql.classic.Dataset<Row>) inferred).queryExecution().executedPlan();
    return Scala.list(
            plan.collect(
                Scala.where(
                    PrivateInferExec.class::isInstance, p -> ((PrivateInferExec) p).child())))
        .get(0);
  }

  private static List<List<Long>> idsOf(RDD<InternalRow> rows) {
    List<List<Long>> partitions = new ArrayList<>();
    JavaRDD<long[]> ids =
        new JavaRDD<>(rows, rows.elementClassTag())
            .mapPartitions(partition -> List.of(array(partition)).iterator());
    ids.collect().forEach(partition -> partitions.add(LongStream.of(partition).boxed().toList()));
    return partitions;
  }

  private static long[] array(Iterator<InternalRow> rows) {
    LongStream.Builder ids = LongStream.builder();
    rows.forEachRemaining(row -> ids.add(row.getLong(0)));
    return ids.build().toArray();
  }

  private static List<Integer> sizes(List<List<Long>> partitions) {
    return partitions.stream().map(List::size).toList();
  }

  private static List<Integer> sizes(Dataset<Row> input, Map<String, String> changes) {
    return sizes(idsOf(below(connect(changes).infer(input, "tokens")).execute()));
  }

  @Test
  void partitionsOfLongAndShortRowsHaveTheSameSizes() {
    Dataset<Row> shortRows = stored(20_000, 4, "'x'");
    Dataset<Row> longRows = stored(20_000, LENGTH, "repeat(uuid(), 9)");
    // 79 batches in four partitions: twenty batches of 256 each, but for the last.
    List<Integer> expected = List.of(5120, 5120, 5120, 4640);
    assertEquals(expected, sizes(shortRows, Map.of()));
    assertEquals(expected, sizes(longRows, Map.of()));
    assertNotEquals(
        sizesByBytes(shortRows), sizesByBytes(longRows), "Spark's own rebalancing tells");
    assertNotEquals(
        sizes(shortRows, Map.of("spark.secmoe.batch.rebalance", "false")),
        sizes(longRows, Map.of("spark.secmoe.batch.rebalance", "false")),
        "the files' own partitions tell");
  }

  private static List<Integer> sizesByBytes(Dataset<Row> rows) {
    spark.conf().set("spark.sql.adaptive.enabled", "true");
    return sizes(
        idsOf(
            ((org.apache.spark.sql.classic.Dataset<Row>) rows.hint("rebalance"))
                .queryExecution()
                .toRdd()));
  }

  @Test
  void theServerSeesTheSameBatchesOfLongAndShortRows() {
    // Eight batches in four partitions.
    List<Seen> expected =
        IntStream.range(0, 8).mapToObj(i -> new Seen(i / 2, i % 2, i < 7 ? 8 : 4)).toList();
    Dataset<Row> shortRows = stored(60, 2, "'x'");
    assertSeen(expected, shortRows);
    assertSeen(expected, stored(60, LENGTH, "repeat(uuid(), 400)"));
    spark.conf().set("spark.sql.adaptive.enabled", "false");
    assertSeen(expected, shortRows);
  }

  private static void assertSeen(List<Seen> expected, Dataset<Row> rows) {
    PrivateInference inference = connect(Map.of("spark.secmoe.batch.rows", "8"));
    List<Row> output = inference.infer(rows, "tokens").collectAsList();
    assertEquals(
        LongStream.range(0, 60).boxed().toList(),
        output.stream().map(row -> row.getLong(0)).sorted().toList());
    assertEmbeddings(output);
    assertEquals(expected, seen(inference));
  }

  private static List<Seen> seen(PrivateInference inference) {
    return inference.reports().stream()
        .map(report -> new Seen(report.batch().partition(), report.batch().index(), report.rows()))
        .sorted(
            (a, b) -> a.partition != b.partition ? a.partition - b.partition : a.batch - b.batch)
        .toList();
  }

  /**
   * Each row has its own embedding. Rows with a token between two experts have two right ones, and
   * are not compared.
   */
  private static void assertEmbeddings(List<Row> output) {
    int[][] ids =
        output.stream()
            .map(row -> row.<Integer>getList(1).stream().mapToInt(i -> i).toArray())
            .toArray(int[][]::new);
    double[][] plain = SmallEncoder.embeddings(model, ids);
    int compared = 0;
    for (int i = 0; i < plain.length; i++) {
      if (SmallEncoder.margin(model, ids[i]) < 0x1p-7) {
        continue;
      }
      compared++;
      for (int feature = 0; feature < SmallEncoder.WIDTH; feature++) {
        assertEquals(
            plain[i][feature],
            output.get(i).<Float>getList(3).get(feature),
            0x1p-5,
            "row " + output.get(i).getLong(0));
      }
    }
    assertTrue(compared > plain.length / 2, compared + " rows compared");
  }

  /**
   * Half of the rows are not sent; where they lie does not show. A limit above keeps its number of
   * rows.
   */
  @Test
  void rowsThatAreNotSentDoNotShowInTheSizesOfBatches() {
    for (String condition : List.of("id % 2 = 0", "id < 30")) {
      Dataset<Row> rows =
          stored(60, 2, "'x'").selectExpr("id", "IF(" + condition + ", tokens, NULL) AS tokens");
      PrivateInference inference = connect(Map.of("spark.secmoe.batch.rows", "8"));
      List<Row> output = inference.infer(rows, "tokens").collectAsList();
      assertEquals(60, output.stream().map(row -> row.getLong(0)).distinct().count());
      assertEquals(30, output.stream().filter(row -> !row.isNullAt(2)).count());
      assertTrue(output.stream().allMatch(row -> row.isNullAt(1) == row.isNullAt(2)));
      assertEquals(
          List.of(new Seen(0, 0, 8), new Seen(1, 0, 8), new Seen(2, 0, 8), new Seen(3, 0, 6)),
          seen(inference),
          condition);
    }
    PrivateInference inference = connect(Map.of("spark.secmoe.batch.rows", "8"));
    assertEquals(
        17,
        inference
            .infer(stored(60, 2, "'x'"), "tokens")
            .where("id < 50")
            .limit(17)
            .collectAsList()
            .size());
    assertEquals(List.of(new Seen(0, 0, 8), new Seen(1, 0, 8), new Seen(2, 0, 1)), seen(inference));
  }

  /** The input's 1,000 rows may lie in its partitions in any way: 256 of them fill a batch. */
  @Test
  void unevenPartitionsBecomeWhatTheirTotalImplies() {
    Dataset<Row> rows = stored(1000, 3, "'x'").cache();
    List<Dataset<Row>> layouts =
        List.of(
            rows.where("id < 0")
                .repartition(3)
                .union(rows.coalesce(1))
                .union(rows.where("id < 0").repartition(2)),
            rows.where("id < 990").coalesce(1).union(rows.where("id >= 990").repartition(9)),
            rows.where("id < 1")
                .coalesce(1)
                .union(rows.where("id = 1").coalesce(1))
                .union(rows.where("id > 1").repartition(4)));
    for (Dataset<Row> layout : layouts) {
      RDD<InternalRow> dealt = below(connect(Map.of()).infer(layout, "tokens")).execute();
      List<List<Long>> ids = idsOf(dealt);
      assertEquals(List.of(256, 256, 256, 232), sizes(ids));
      assertEquals(
          LongStream.range(0, 1000).boxed().toList(),
          ids.stream().flatMap(List::stream).sorted().toList());
      assertEquals(
          ids, idsOf(dealt), "each row is where it was when partitions are computed again");
    }
    assertEquals(
        List.of(0),
        sizes(
            rows.where("id < 0").union(rows.where("id < 0")),
            Map.of("spark.secmoe.batch.rebalance", "always")));
    rows.unpersist();
  }

  /** Shuffles hand out their rows as they arrive. */
  @Test
  void anotherOrderOfArrivalChangesNothing() {
    List<List<List<Long>>> both = new ArrayList<>();
    for (String order : List.of("id", "-id")) {
      RDD<InternalRow> arrived =
          plan(spark
                  .range(100)
                  .selectExpr("id", "IF(id % 3 = 0, NULL, id) AS x")
                  .repartition(1)
                  .sortWithinPartitions(functions.expr(order)))
              .execute();
      RDD<InternalRow> dealt = dealt(arrived, RowCounts.of(arrived, SentRows.notNull(1)));
      both.add(idsOf(dealt));
    }
    assertEquals(both.get(0), both.get(1));
    assertEquals(7, both.get(0).size());
    assertEquals(100, both.get(0).stream().flatMap(List::stream).distinct().count());
  }

  @Test
  void rowsThatAreNotThoseCountedAreAnError() {
    RDD<InternalRow> rows = plan(spark.range(0, 100, 1, 1).selectExpr("id", "id AS x")).execute();
    Exception e = assertThrows(Exception.class, () -> idsOf(dealt(rows, new long[][] {{99, 0}})));
    assertTrue(
        e.getMessage().contains("the rows below an inference are not those that were counted"),
        e.getMessage());
  }

  private static SparkPlan plan(Dataset<Row> rows) {
    spark.conf().set("spark.sql.adaptive.enabled", "false");
    return ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution().executedPlan();
  }

  private static RDD<InternalRow> dealt(RDD<InternalRow> rows, long[][] counts) {
    return RebalanceByRowsRDD.of(
        rows,
        counts,
        new RowShares(10, 10, 2, 50),
        StructType.fromDDL("id BIGINT, x BIGINT"),
        SentRows.notNull(1));
  }

  @Test
  void theSettingSaysWhichInputs() {
    Dataset<Row> rows = stored(100, 2, "'x'");
    Map<String, String> always = Map.of(SecMoeConf.BATCH_REBALANCE.key(), "always");
    Map<String, String> never = Map.of(SecMoeConf.BATCH_REBALANCE.key(), "false");
    assertTrue(rebalanced(rows, Map.of()));
    assertTrue(rebalanced(rows, always));
    assertTrue(!rebalanced(rows, never));
    assertTrue(rebalanced(rows.hint("rebalance"), Map.of()), "bytes would decide");
    Dataset<Row> two =
        spark.createDataFrame(
            new JavaRDD<>(rows.limit(9).rdd(), rows.rdd().elementClassTag()).coalesce(2),
            rows.schema());
    for (Dataset<Row> kept :
        List.of(rows.coalesce(1), rows.repartition(3), rows.repartition(rows.col("id")), two)) {
      assertTrue(!rebalanced(kept, Map.of()));
      assertTrue(rebalanced(kept, always));
    }
    Dataset<Row> ordered = rows.orderBy("id");
    assertTrue(!rebalanced(ordered, Map.of()));
    Exception e = assertThrows(Exception.class, () -> rebalanced(ordered, always));
    assertTrue(
        e instanceof AnalysisException
            && e.getMessage().contains("spark.secmoe.batch.rebalance is always"),
        e.toString());
    assertTrue(!rebalanced(ordered.limit(70), always), "a limit makes one partition, in order");
  }

  private static boolean rebalanced(Dataset<Row> rows, Map<String, String> changes) {
    return below(connect(changes).infer(rows, "tokens")) instanceof RebalanceByRowsExec;
  }
}
