// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallEncoder;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.remote.RemoteModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The SQL functions on columns of tokens, with an encoder that tells every token's embedding. */
@Timeout(300)
class TokenFunctionsTest {
  private static final double CLOSE = 0x1p-5;
  private static final int ROWS = 12;
  private static final StructType SCHEMA =
      StructType.fromDDL("id BIGINT, tokens ARRAY<INT>, features ARRAY<FLOAT>, text STRING");

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Path model;
  private static Parties parties;
  private static int[][] ids;

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    model = SmallEncoder.write(folder.resolve("model"));
    parties =
        new Parties(
            folder,
            model,
            Map.of(
                "spark.secmoe.output",
                "embeddings",
                "spark.sql.extensions",
                SecMoeExtensions.class.getName(),
                "spark.sql.catalog.secmoe",
                SecMoeCatalog.class.getName()));
    SparkSession spark = parties.spark();
    parties.configure(spark, Map.of());
    ids = SmallEncoder.rows(8, ROWS, SmallEncoder.VOCABULARY);
    List<Row> rows = new ArrayList<>();
    for (int[] row : ids) {
      rows.add(RowFactory.create((long) rows.size(), row, new float[] {1, 2}, "text"));
    }
    spark
        .createDataFrame(new JavaSparkContext(spark.sparkContext()).parallelize(rows, 2), SCHEMA)
        .selectExpr("id", "CAST(tokens AS ARRAY<SMALLINT>) AS tokens", "features", "text")
        .createOrReplaceTempView("t");
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    parties.close();
    leftovers.assertNone();
  }

  private static List<AttemptReport> reports() {
    return RemoteModels.reports(parties.spark().sparkContext()).value();
  }

  @Test
  void everyTokenOfARowGetsItsEmbedding() {
    int before = reports().size();
    List<Row> rows =
        parties
            .spark()
            .sql(
                "SELECT id, size(tokens) AS n, secmoe_embed(tokens) AS e,"
                    + " size(secmoe.embed(tokens)) AS m FROM t WHERE id < 8 ORDER BY id")
            .collectAsList();
    double[][] plain = SmallEncoder.embeddings(model, ids);
    for (int i = 0; i < 8; i++) {
      List<scala.collection.Seq<Float>> tokens = rows.get(i).getList(2);
      assertEquals(
          rows.get(i).getInt(1),
          tokens.size(),
          "an embedding for each of its own tokens, none for padding");
      assertEquals(rows.get(i).getInt(1), rows.get(i).getInt(3));
      double[] all = new double[tokens.size() * SmallEncoder.WIDTH];
      for (int j = 0; j < all.length; j++) {
        all[j] = tokens.get(j / SmallEncoder.WIDTH).apply(j % SmallEncoder.WIDTH);
      }
      assertArrayEquals(plain[i], all, CLOSE, "row " + i);
    }
    assertEquals(
        8,
        reports().subList(before, reports().size()).stream().mapToInt(AttemptReport::rows).sum(),
        "equal calls share one");
  }

  @Test
  void aTableGetsAnEmbeddingColumn() {
    List<Row> rows =
        parties
            .spark()
            .sql("SELECT * FROM secmoe_infer_table(TABLE(t), 'tokens') WHERE id = 3")
            .collectAsList();
    assertEquals(
        "embedding array<array<float>>",
        rows.get(0).schema().apply(4).name()
            + " "
            + rows.get(0).schema().apply(4).dataType().simpleString());
    assertEquals(ids[3].length, rows.get(0).getList(4).size());
  }

  /** Equal calls in a condition and a projection still share one inference. */
  @Test
  void rowsThatTheModelDoesNotTakeCanPass() {
    String bad =
        "(SELECT id, IF(id = 2, array_repeat(1S, 99), tokens) AS tokens FROM t WHERE id < 4)";
    parties.spark().conf().set("spark.secmoe.rows.invalid", "null");
    try {
      int before = reports().size();
      List<Row> rows =
          parties
              .spark()
              .sql(
                  "SELECT id, secmoe_embed(tokens) AS e FROM "
                      + bad
                      + " WHERE size(secmoe_embed(tokens)) > 0 OR id = 2"
                      + " ORDER BY id")
              .collectAsList();
      assertEquals(
          List.of(false, false, true, false), rows.stream().map(row -> row.isNullAt(1)).toList());
      assertEquals(
          3,
          reports().subList(before, reports().size()).stream().mapToInt(AttemptReport::rows).sum());
      rows =
          parties
              .spark()
              .sql(
                  "SELECT id, why FROM secmoe_infer_table(TABLE"
                      + bad
                      + ", 'tokens', reason => 'why') WHERE embedding IS"
                      + " NULL")
              .collectAsList();
      assertEquals(1, rows.size());
      assertTrue(
          rows.get(0).getString(1).startsWith("column 'tokens' has more than"), rows.toString());
    } finally {
      parties.spark().conf().unset("spark.secmoe.rows.invalid");
    }
  }

  @Test
  void faultsOfInputsAreKnownWithoutInference() {
    int before = reports().size();
    List<Row> rows =
        parties
            .spark()
            .sql(
                "SELECT id, secmoe_input_fault(IF(id = 2, array_repeat(1S, 99), tokens)) AS fault"
                    + " FROM t WHERE id < 4 ORDER BY id")
            .collectAsList();
    assertEquals(
        List.of(true, true, false, true), rows.stream().map(row -> row.isNullAt(1)).toList());
    assertTrue(rows.get(2).getString(1).contains("has more than 32 tokens"), rows.toString());
    rows =
        parties
            .spark()
            .sql("SELECT id FROM t WHERE secmoe_input_fault(tokens) IS NOT NULL")
            .collectAsList();
    assertEquals(List.of(), rows);
    assertEquals(before, reports().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT secmoe_label(tokens) FROM t | the server reveals embeddings only, so secmoe_label"
            + " has no labels to give; use secmoe_embed",
        "SELECT secmoe_infer(tokens) FROM t | the server reveals embeddings only, so secmoe_infer"
            + " has no logits to give; use secmoe_embed",
        "SELECT secmoe_embed(features) FROM t | column 't.features' has the type array<float>, and"
            + " the model takes tokens",
        "SELECT secmoe_input_fault(features) FROM t | column 'features' has the type array<float>,"
            + " and the model takes tokens",
        "SELECT secmoe_input_fault() FROM t | secmoe_input_fault takes one argument, the features"
            + " or tokens, not 0",
        "SELECT secmoe_embed(text) FROM t | or string if spark.secmoe.text.vocabulary is set",
        "SELECT secmoe_embed(id) FROM t | secmoe_embed takes an array of numbers or text, not"
            + " bigint",
        "SELECT * FROM secmoe_infer_table(TABLE(t), 'features') | column 'features' has the type"
            + " array<float>, and the model takes tokens"
      })
  void whatDoesNotFitIsAnAnalysisError(String sql, String message) {
    Exception e =
        assertThrows(AnalysisException.class, () -> parties.spark().sql(sql).collectAsList());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void explainShowsWhatRowsArePaddedTo() {
    SparkSession session = parties.spark().newSession();
    parties.spark().table("t").createOrReplaceGlobalTempView("g");
    parties.configure(session, Map.of("spark.secmoe.batch.length", "16"));
    String plan =
        session
            .sql("EXPLAIN SELECT secmoe_embed(tokens) FROM global_temp.g")
            .collectAsList()
            .get(0)
            .getString(0);
    assertTrue(plan.contains("batch.rows=512, batch.length=16]"), plan);
    session.conf().set("spark.secmoe.batch.length", "40");
    Exception e =
        assertThrows(
            AnalysisException.class,
            () -> session.sql("SELECT secmoe_embed(tokens) FROM global_temp.g"));
    assertTrue(
        e.getMessage()
            .contains(
                "spark.secmoe.batch.length is 40, and the model takes rows of at most 32 tokens"),
        e.getMessage());
  }
}
