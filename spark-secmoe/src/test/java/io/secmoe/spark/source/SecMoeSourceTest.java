// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.plaintext.PlainResult;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.remote.RemoteModels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class SecMoeSourceTest {
  private static final int ROWS = 30;
  private static final int WITHOUT = 7;
  private static final double CLOSE = 0.03;
  private static final List<String> KINDS =
      List.of(
          "*",
          "timestamp_seconds(id) AS moment",
          "cast(id AS decimal(30, 3)) AS price",
          "named_struct('a', id, 'b', array(text)) AS pair",
          "map(text, id) AS numbers",
          "cast(text AS binary) AS raw",
          "date_add(date'2020-01-01', id) AS day",
          "cast(null AS bigint) AS nothing",
          "id % 3 AS part");

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Path model;
  private static Parties parties;
  private static SparkSession spark;
  private static String stored;

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    model = SmallModel.write(folder.resolve("model"));
    parties = new Parties(folder, model, Map.of());
    spark = parties.clientSession(Map.of("spark.secmoe.batch.rows", "8"));
    List<Row> rows = StoredTable.rows(ROWS);
    rows.set(WITHOUT, RowFactory.create(WITHOUT, "nothing to send", null));
    stored = folder.resolve("stored").toString();
    StoredTable.table(spark, rows)
        .selectExpr(KINDS.toArray(String[]::new))
        .coalesce(1)
        .write()
        .partitionBy("part")
        .parquet(stored);
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    parties.close();
    leftovers.assertNone();
  }

  @Test
  void predictsLikeThePlaintextModelAndPassesEverythingThrough() {
    Dataset<Row> input = spark.read().parquet(stored);
    Dataset<Row> predicted = predicted();
    int width = input.columns().length;
    assertEquals(
        List.of("prediction", "label", "logits"),
        List.of(predicted.columns()).subList(width, predicted.columns().length));
    List<Row> expected = input.orderBy("id").collectAsList();
    List<Row> all =
        predicted.collectAsList().stream()
            .sorted((a, b) -> a.<Integer>getAs("id") - b.<Integer>getAs("id"))
            .toList();

    assertEquals(ROWS, all.size());
    PlainResult plain = FloatModel.load(model).run(SmallModel.rows(StoredTable.SEED, ROWS));
    int close = 0;
    for (int i = 0; i < ROWS; i++) {
      Row row = all.get(i);
      for (String column : input.columns()) {
        assertTrue(same(expected.get(i).getAs(column), row.getAs(column)), column + " of row " + i);
      }
      if (i == WITHOUT) {
        assertTrue(IntStream.range(width, width + 3).allMatch(row::isNullAt));
      } else {
        List<Float> logits = row.getList(row.fieldIndex("logits"));
        int prediction = row.getAs("prediction");
        logits.forEach(logit -> assertTrue(logit <= logits.get(prediction)));
        assertEquals(List.of("a", "b", "c").get(prediction), row.getAs("label"));
        close += difference(plain.logits()[i], logits) < CLOSE ? 1 : 0;
      }
    }
    assertTrue(
        close >= 26,
        "an untrained router has a near tie here and there, but only "
            + close
            + " of 29 rows are close");
  }

  private static boolean same(Object expected, Object actual) {
    return expected instanceof byte[] bytes
        ? Arrays.equals(bytes, (byte[]) actual)
        : expected == null ? actual == null : expected.equals(actual);
  }

  private static double difference(double[] plain, List<Float> logits) {
    return IntStream.range(0, plain.length)
        .mapToDouble(k -> Math.abs(plain[k] - logits.get(k)))
        .max()
        .orElse(0);
  }

  @Test
  void batchesAreCutInEveryPartitionAndEachIsAnAttemptOfItsOwn() {
    List<AttemptReport> reports = reports(() -> predicted().select("label").collectAsList());
    assertTrue(
        reports.stream()
            .allMatch(report -> report.succeeded() && report.epoch() == 1 && report.rows() <= 8),
        reports.toString());
    assertEquals(ROWS - 1, reports.stream().mapToInt(AttemptReport::rows).sum());
    assertEquals(
        reports.size(), reports.stream().map(AttemptReport::keyFingerprint).distinct().count());
  }

  @Test
  void theInputIsFoundAsTheAnalyzerFindsColumns() {
    Dataset<Row> upper =
        spark
            .read()
            .format("secmoe")
            .option("featuresColumn", "FEATURES")
            .option("labelColumn", "y")
            .load(stored);
    assertInferred(
        3, () -> assertEquals(3, upper.where("id < 3").select("y").collectAsList().size()));
    spark.conf().set("spark.sql.caseSensitive", "true");
    try {
      Exception e =
          assertThrows(
              AnalysisException.class,
              () ->
                  spark
                      .read()
                      .format("secmoe")
                      .option("featuresColumn", "FEATURES")
                      .load(stored)
                      .schema());
      assertTrue(
          e.getMessage()
              .contains("there is no column 'FEATURES'; the input has id, text, features"),
          e.getMessage());
      assertTrue(
          List.of(
                  spark
                      .read()
                      .format("secmoe")
                      .option("labelColumn", "TEXT")
                      .load(stored)
                      .columns())
              .contains("TEXT"));
    } finally {
      spark.conf().unset("spark.sql.caseSensitive");
    }
  }

  @Test
  void nothingIsInferredThatNobodyReads() {
    assertInferred(0, () -> assertEquals(ROWS, predicted().count()));
    assertInferred(0, () -> assertEquals(ROWS, predicted().select("id").collectAsList().size()));
    assertInferred(0, () -> predicted().select("id", "features").where("id < 5").collectAsList());
  }

  @Test
  void conditionsOnStoredColumnsComeFirst() {
    Dataset<Row> part = predicted().where("part = 1").select("id", "label");
    assertInferred(9, () -> assertEquals(10, part.collectAsList().size()));
    assertTrue(plan(part).contains("PartitionFilters: [isnotnull(part"), plan(part));
    assertTrue(
        plan(predicted().where("id < 3").select("label")).contains("LessThan(id,3)"),
        "the inner scan gets the condition");
    assertInferred(3, () -> predicted().where("id < 3").select("label").collectAsList());
    assertInferred(
        3,
        () ->
            assertEquals(
                3,
                predicted().where("pair.a < 3").select("pair.b", "label").collectAsList().size()));
    assertInferred(
        ROWS - 1,
        () -> {
          List<Row> some =
              predicted().where("label = 'a' AND id >= 0").select("id", "label").collectAsList();
          assertTrue(
              some.size() < ROWS && some.stream().allMatch(row -> row.getString(1).equals("a")));
        });
  }

  @Test
  void aLimitBoundsEveryPartition() {
    assertTrue(
        reports(
                () ->
                    assertEquals(
                        2, predicted().select("id", "label").limit(2).collectAsList().size()))
            .stream()
            .allMatch(report -> report.rows() <= 2));
  }

  @Test
  void equalScansRunOnce() {
    Dataset<Row> counts = predicted().groupBy("label").count();
    assertInferred(
        ROWS - 1, () -> counts.union(predicted().groupBy("label").count()).collectAsList());
    Dataset<Row> some = predicted().where("id < 4").groupBy("label").count();
    assertInferred(
        4, () -> some.union(predicted().where("id < 4").groupBy("label").count()).collectAsList());
  }

  @Test
  void theScanSaysWhatItDoesAndWhatItCost() {
    Dataset<Row> labels = predicted().select("id", "label");
    String plan = plan(labels);
    assertTrue(
        plan.contains(
            "PrivateInfer [model=random, strategy=select, batch.rows=8] features -> label over"),
        plan);
    labels.collectAsList();
    var metrics = executed(labels).collectLeaves().head().metrics();
    assertEquals(ROWS - 1L, metrics.apply("rowsInferred").value());
    assertTrue(
        (Long) metrics.apply("batches").value() >= 3
            && (Long) metrics.apply("bytesToServer").value() > 1000);
    assertEquals(0L, metrics.apply("attemptsLost").value());
  }

  @Test
  void whatIsInferredMayComeOutOtherwiseAndSparkKnows() {
    Dataset<Row> labels = predicted().where("id > 2").selectExpr("upper(label)");
    assertEquals(
        DeterministicLevel.INDETERMINATE(), executed(labels).execute().outputDeterministicLevel());
    assertEquals(
        DeterministicLevel.DETERMINATE(),
        executed(predicted().select("id")).execute().outputDeterministicLevel());
  }

  @Test
  void badRowsAreNamedAndNothingOfThemIsSent() {
    assertAll(
        () ->
            assertBadRow(
                "nan", new float[] {0, 0, Float.NaN, 0, 0, 0}, "has a NaN among its features"),
        () ->
            assertBadRow(
                "ragged", new float[] {0, 0}, "has fewer features than the model takes, 6"),
        () ->
            assertBadRow(
                "large",
                new float[] {0, 7654.5f, 0, 0, 0, 0},
                "has a feature outside the model's calibrated range"));
  }

  private static void assertBadRow(String name, float[] features, String what) {
    String path = bad(name, features);
    List<AttemptReport> reports =
        reports(
            () -> {
              Exception e =
                  assertThrows(
                      Exception.class, () -> read().load(path).select("label").collectAsList());
              assertTrue(
                  e.getMessage().contains("row 4 of partition 0: column 'features'")
                      && e.getMessage().contains(what),
                  e.getMessage());
              assertFalse(e.getMessage().contains("7654"), "no values in messages");
            });
    assertEquals(List.of(), reports);
  }

  private static String bad(String name, float[] features) {
    List<Row> rows = StoredTable.rows(6);
    rows.set(4, RowFactory.create(4, "bad", features));
    return StoredTable.write(spark, rows, "parquet", folder.resolve(name));
  }

  @Test
  void raggedRowsArePaddedIfAsked() {
    String path = bad("padded", new float[] {0.5f, 0.5f});
    List<Row> labels =
        read().option("pad", "true").load(path).where("id = 4").select("label").collectAsList();
    assertFalse(labels.get(0).isNullAt(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "orc"})
  void readsOtherFormatsWithTheirOptionsAndOtherNames(String format) {
    String path = StoredTable.write(spark, StoredTable.rows(3), format, folder.resolve(format));
    Dataset<Row> predicted =
        read()
            .option("format", format)
            .option("predictionColumn", "p")
            .option("labelColumn", "l")
            .option("logitsColumn", "z")
            .option("strategy", "all")
            .option("inner.pathGlobFilter", "part-*")
            .load(path);
    assertEquals(
        3,
        predicted
            .where("p IS NOT NULL AND l IS NOT NULL")
            .select(functions.col("z"))
            .collectAsList()
            .size());
  }

  @Test
  void viewsInSqlAreTheSame() {
    spark.sql(
        "CREATE TEMPORARY VIEW predicted USING secmoe OPTIONS (format 'parquet', path '"
            + stored
            + "')");
    assertInferred(
        3,
        () ->
            assertEquals(
                3, spark.sql("SELECT label FROM predicted WHERE id < 3").collectAsList().size()));
  }

  @Test
  void theStoredSchemaMayBeGiven() {
    String path = StoredTable.write(spark, StoredTable.rows(3), "json", folder.resolve("given"));
    Dataset<Row> predicted = read().schema(StoredTable.SCHEMA).option("format", "json").load(path);
    assertEquals("array<float>", predicted.schema().apply("features").dataType().simpleString());
    assertEquals(3, predicted.where("prediction >= 0").select("text").collectAsList().size());
  }

  private static DataFrameReader read() {
    return spark.read().format("secmoe");
  }

  private static Dataset<Row> predicted() {
    return read().option("format", "parquet").load(stored);
  }

  private static void assertInferred(int rows, Runnable query) {
    assertEquals(rows, reports(query).stream().mapToInt(AttemptReport::rows).sum());
  }

  private static List<AttemptReport> reports(Runnable query) {
    int before = RemoteModels.reports(spark.sparkContext()).value().size();
    query.run();
    List<AttemptReport> all = RemoteModels.reports(spark.sparkContext()).value();
    return all.subList(before, all.size());
  }

  private static SparkPlan executed(Dataset<Row> table) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) table).queryExecution().executedPlan();
  }

  private static String plan(Dataset<Row> table) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) table).queryExecution().toString();
  }
}
