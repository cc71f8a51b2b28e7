// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

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
import org.apache.spark.sql.DataFrameReader;
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

/**
 * The data source over stored rows of tokens, with an encoder that tells every token's embedding.
 */
@Timeout(300)
class TokenSourceTest {
  private static final double CLOSE = 0x1p-5;
  private static final int ROWS = 9;
  private static final int WITHOUT = 2;

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Path model;
  private static Parties parties;
  private static SparkSession spark;
  private static int[][] ids;

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    model = SmallEncoder.write(folder.resolve("model"));
    parties = new Parties(folder, model, Map.of("spark.secmoe.output", "embeddings"));
    spark = parties.clientSession(Map.of("spark.secmoe.batch.rows", "5"));
    ids = SmallEncoder.rows(6, ROWS, SmallEncoder.VOCABULARY);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create(i, i == WITHOUT ? null : ids[i], new float[] {i}));
    }
    spark
        .createDataFrame(
            rows, StructType.fromDDL("id INT, tokens ARRAY<INT>, features ARRAY<FLOAT>"))
        .coalesce(1)
        .write()
        .parquet(folder.resolve("stored").toString());
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    parties.close();
    leftovers.assertNone();
  }

  private static DataFrameReader reader() {
    return spark.read().format("secmoe");
  }

  @Test
  void everyRowPassesWithTheEmbeddingsOfItsTokens() {
    int before = RemoteModels.reports(spark.sparkContext()).value().size();
    List<Row> rows =
        reader()
            .option("tokensColumn", "tokens")
            .load(folder.resolve("stored").toString())
            .collectAsList();
    assertEquals(
        List.of("id", "tokens", "features", "embedding"),
        List.of(rows.get(0).schema().fieldNames()));
    double[][] plain = SmallEncoder.embeddings(model, ids);
    for (int i = 0; i < ROWS; i++) {
      assertEquals(i, rows.get(i).getInt(0));
      assertEquals(i == WITHOUT, rows.get(i).isNullAt(3));
      if (i != WITHOUT) {
        List<scala.collection.Seq<Float>> tokens = rows.get(i).getList(3);
        assertEquals(ids[i].length, tokens.size());
        for (int j = 0; j < plain[i].length; j++) {
          assertEquals(
              plain[i][j],
              tokens.get(j / SmallEncoder.WIDTH).apply(j % SmallEncoder.WIDTH),
              CLOSE,
              "row " + i);
        }
      }
    }
    List<AttemptReport> reports = RemoteModels.reports(spark.sparkContext()).value();
    assertEquals(
        List.of(5, 3),
        reports.subList(before, reports.size()).stream().map(AttemptReport::rows).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "featuresColumn | tokens | column 'tokens' is given as features, and the model takes"
            + " tokens",
        "tokensColumn | features | column 'features' has the type array<float>, and the model takes"
            + " tokens",
        "tokensColumn | ids | there is no column 'ids'"
      })
  void columnsThatTheModelDoesNotTakeAreRefusedByName(
      String option, String column, String message) {
    Exception e =
        assertThrows(
            Exception.class,
            () ->
                reader()
                    .option(option, column)
                    .load(folder.resolve("stored").toString())
                    .collectAsList());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void theListOfModelsSaysWhatTokensTheyTake() {
    Row only =
        reader()
            .option("view", "models")
            .load()
            .select("vocabulary", "longest", "input_features", "output", "labels")
            .collectAsList()
            .get(0);
    assertEquals(
        RowFactory.create(SmallEncoder.VOCABULARY, 32, null, "embeddings").toString(),
        RowFactory.create(only.get(0), only.get(1), only.get(2), only.get(3)).toString());
    assertEquals(List.of(), only.getList(4));
  }
}
