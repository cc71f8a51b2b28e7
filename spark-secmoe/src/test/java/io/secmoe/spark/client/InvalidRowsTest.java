// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallEncoder;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.remote.InferenceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows that the model does not take, after others that fill two batches: nothing is paid in vain,
 * and nothing is lost.
 */
@Timeout(400)
class InvalidRowsTest {
  private static final int BATCH = 4;
  private static final int ROWS = 11;
  private static final String TOO_LONG =
      "column 'tokens' has more than 32 tokens, which is what the model takes at most";
  private static final String UNKNOWN =
      "column 'tokens' has a token outside the model's vocabulary, 0 to 10";
  private static final String NULL = "null";

  /** The rows 8 to 10 of a table: too long, unknown, without tokens. The others have two tokens. */
  private static final Map<Integer, String> FAULTS = Map.of(8, TOO_LONG, 9, UNKNOWN);

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Parties parties;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    parties =
        new Parties(
            folder,
            SmallEncoder.writePooled(folder.resolve("model")),
            Map.of("spark.secmoe.output", "embeddings"));
    spark = parties.clientSession(settings(Map.of()));
    table("id >= 0").coalesce(1).write().parquet(folder.resolve("one").toString());
    for (int i = 0; i < 5; i++) {
      table("id % 5 = " + i)
          .coalesce(1)
          .write()
          .mode("append")
          .parquet(folder.resolve("five").toString());
    }
    spark.conf().set("spark.sql.files.openCostInBytes", "200m");
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    parties.close();
    leftovers.assertNone();
  }

  private static Map<String, String> settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(Map.of("spark.secmoe.batch.rows", "" + BATCH));
    settings.putAll(more);
    return settings;
  }

  private static Dataset<Row> table(String condition) {
    return spark
        .range(0, ROWS, 1, 1)
        .where(condition)
        .selectExpr(
            "id",
            "CASE id WHEN 8 THEN array_repeat(1, 33) WHEN 9 THEN array(1, 11) WHEN 10 THEN NULL"
                + " ELSE array(CAST(id AS INT), 1) END AS tokens");
  }

  private static Dataset<Row> stored(String name) {
    return spark.read().parquet(folder.resolve(name).toString());
  }

  private static PrivateInference connect(Map<String, String> more) {
    return PrivateInference.connect(spark, parties.client(settings(more)));
  }

  private static List<Integer> batches(PrivateInference inference) {
    return inference.reports().stream()
        .filter(AttemptReport::succeeded)
        .map(AttemptReport::rows)
        .sorted()
        .toList();
  }

  /**
   * One partition as it is stored, one in an order, one that the user made, and partitions that are
   * dealt out anew.
   */
  @Test
  void anErrorComesBeforeTheFirstByte() {
    List<Dataset<Row>> inputs =
        List.of(
            stored("one"),
            stored("one").where("id > 0").orderBy("id"),
            stored("five").repartition(2),
            stored("five"),
            stored("one").limit(10));
    for (Dataset<Row> input : inputs) {
      PrivateInference inference = connect(Map.of());
      Exception e =
          assertThrows(Exception.class, () -> inference.infer(input, "tokens").collectAsList());
      assertTrue(
          e.getMessage().contains(TOO_LONG) || e.getMessage().contains(UNKNOWN), e.getMessage());
      assertTrue(e.getMessage().contains("spark.secmoe.rows.invalid=null"), e.getMessage());
      assertEquals(List.of(), inference.reports(), "the server was asked for nothing");
    }
  }

  /**
   * A column that may be expensive, or may differ when it is computed again, is read once: the
   * error comes when its batch is cut.
   */
  @Test
  void anInputWithAFunctionOfTheUsersIsReadOnce() {
    spark.udf().register("same", (Long id) -> id, org.apache.spark.sql.types.DataTypes.LongType);
    PrivateInference inference = connect(Map.of());
    Dataset<Row> input = stored("one").selectExpr("same(id) AS id", "tokens");
    Exception e =
        assertThrows(Exception.class, () -> inference.infer(input, "tokens").collectAsList());
    assertTrue(e.getMessage().contains("row 8 of partition 0: " + TOO_LONG), e.getMessage());
  }

  @Test
  void withNullTheyPassWithAReasonAndTheOthersAreInferredOnce() {
    for (String name : List.of("one", "five")) {
      PrivateInference inference = connect(Map.of("spark.secmoe.rows.invalid", NULL));
      Dataset<Row> inferred = inference.infer(stored(name), "tokens");
      assertEquals(
          List.of("id", "tokens", "embedding", "null_reason"), List.of(inferred.columns()));
      Map<Integer, Row> rows =
          new TreeMap<>(
              inferred.collectAsList().stream()
                  .collect(Collectors.toMap(row -> (int) row.getLong(0), row -> row)));
      assertEquals(IntStream.range(0, ROWS).boxed().toList(), List.copyOf(rows.keySet()));
      rows.forEach(
          (id, row) -> {
            assertEquals(FAULTS.get(id), row.getString(3), name + " " + id);
            assertEquals(id > 7, row.isNullAt(2), name + " " + id);
          });
      assertEquals(List.of(BATCH, BATCH), batches(inference), name);
      assertEquals(2, inference.invalidRows(), name);
    }
  }

  /**
   * A sort above the scan takes the scan apart, so that other operators come between its input and
   * its inference.
   */
  @Test
  void theDataSourceNamesTheReasonAsTheUserDoes() {
    parties.configure(spark, settings(Map.of("spark.secmoe.rows.invalid", NULL)));
    Dataset<Row> source =
        spark
            .read()
            .format("secmoe")
            .option("tokensColumn", "tokens")
            .option("reasonColumn", "why")
            .load(folder.resolve("one").toString());
    Dataset<Row> faults = source.select("id", "why").where("why IS NOT NULL");
    for (Dataset<Row> asked :
        List.of(
            faults,
            source.orderBy("id").limit(ROWS).where("why IS NOT NULL").select("id", "why"))) {
      assertEquals(
          FAULTS,
          asked.collectAsList().stream()
              .collect(Collectors.toMap(row -> (int) row.getLong(0), row -> row.getString(1))));
    }
    spark.conf().set("spark.secmoe.rows.invalid", "error");
  }

  @Test
  void theDataSourceGivesReasonsToo() {
    parties.configure(spark, settings(Map.of("spark.secmoe.rows.invalid", NULL)));
    PrivateInference inference = connect(Map.of());
    List<Row> rows =
        spark
            .read()
            .format("secmoe")
            .option("tokensColumn", "tokens")
            .load(folder.resolve("one").toString())
            .collectAsList();
    assertEquals(ROWS, rows.size());
    for (int id = 0; id < ROWS; id++) {
      assertEquals(FAULTS.get(id), rows.get(id).getString(3));
      assertEquals(id > 7, rows.get(id).isNullAt(2));
    }
    assertEquals(List.of(BATCH, BATCH), batches(inference));
    spark.conf().set("spark.secmoe.rows.invalid", "error");
  }

  @Test
  void textsHaveTheirReasons() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("tokenizer.json"),
            """
            {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], \
            "normalizer": null,
            "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
            "model": {"type": "WordLevel", "vocab": {"the": 0, "cat": 1, "dog": 99}, \
            "unk_token": "none"}}\
            """);
    PrivateInference inference =
        connect(
            Map.of(
                "spark.secmoe.rows.invalid",
                NULL,
                "spark.secmoe.text.vocabulary",
                file.toString()));
    Dataset<Row> texts =
        spark
            .sql("SELECT * FROM VALUES ('the cat'), ('bird'), (''), ('dog'), (NULL) AS t(text)")
            .coalesce(1);
    List<Row> rows =
        inference.infer(texts, "text").select("text", "embedding", "null_reason").collectAsList();
    assertFalse(rows.get(0).isNullAt(1));
    List<String> reasons = rows.stream().map(row -> row.getString(2)).toList();
    List<String> expected =
        java.util.Arrays.asList(
            null, "is not made tokens", "has no tokens", "has a token outside", null);
    for (int i = 0; i < expected.size(); i++) {
      String reason = reasons.get(i);
      assertTrue(
          expected.get(i) == null
              ? reason == null
              : reason.startsWith("column 'text' " + expected.get(i)),
          reasons.toString());
    }
    assertEquals(List.of(1), batches(inference));
    assertEquals(3, inference.invalidRows());
  }

  @Test
  void aNameForReasonsThatIsTakenIsRefused() {
    PrivateInference inference = connect(Map.of("spark.secmoe.rows.invalid", NULL));
    Dataset<Row> table = stored("one").withColumn("null_reason", functions.lit(1));
    InferenceException e =
        assertThrows(InferenceException.class, () -> inference.infer(table, "tokens"));
    assertTrue(e.getMessage().contains("null_reason"), e.getMessage());
  }
}
