// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.spark.Parties;
import io.secmoe.spark.remote.RemoteModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Errors of a query are reported before it runs, as an AnalysisException. Nothing here infers a
 * row.
 */
@Timeout(180)
class SourceErrorsTest {
  @TempDir static Path folder;

  private static Parties parties;
  private static SparkSession spark;
  private static String stored;

  @BeforeAll
  static void start() throws Exception {
    parties = new Parties(folder, SmallModel.write(folder.resolve("model")), Map.of());
    spark = parties.clientSession(Map.of());
    stored = StoredTable.write(spark, StoredTable.rows(3), "parquet", folder.resolve("stored"));
  }

  @AfterAll
  static void nothingWasInferred() {
    try {
      assertEquals(List.of(), RemoteModels.reports(spark.sparkContext()).value());
    } finally {
      parties.close();
    }
  }

  @Test
  void columnsThatDoNotFit() {
    assertAll(
        () ->
            assertRefused(
                "the input has a column 'TEXT' already; give the added one another name with option"
                    + " 'labelColumn'",
                () -> read(Map.of("labelColumn", "TEXT"))),
        () ->
            assertRefused(
                "two columns to be added are named 'x'",
                () -> read(Map.of("labelColumn", "x", "logitsColumn", "x"))),
        () ->
            assertRefused(
                "there is no column 'pixels'; the input has id, text, features",
                () -> read(Map.of("featuresColumn", "pixels"))),
        () ->
            assertRefused(
                "'pair.a' is a field of a struct",
                () ->
                    spark
                        .read()
                        .format("secmoe")
                        .option("featuresColumn", "pair.a")
                        .schema("id INT, pair STRUCT<a: ARRAY<FLOAT>>")
                        .load(stored)
                        .schema()),
        () ->
            assertRefused(
                "column 'text' has the type string", () -> read(Map.of("featuresColumn", "text"))));
  }

  @Test
  void optionsThatDoNotExist() {
    assertAll(
        () ->
            assertRefused(
                "no option 'labelColum'; did you mean 'labelColumn'?",
                () -> read(Map.of("labelColum", "l"))),
        () ->
            assertRefused("no option 'pat'; did you mean 'path'?", () -> read(Map.of("pat", "l"))),
        () ->
            assertRefused(
                "no option 'compression'; allowed: path, paths, format",
                () -> read(Map.of("compression", "l"))),
        () ->
            assertRefused(
                "inner.* for options of the inner format", () -> read(Map.of("compression", "l"))),
        () ->
            assertRefused(
                "option 'view' has the value 'model'; allowed: predictions, models",
                () -> read(Map.of("view", "model"))),
        () ->
            assertRefused(
                "spark.secmoe.strategy has the value 'some'",
                () -> read(Map.of("strategy", "some"))),
        () -> assertRefused("needs a path", () -> spark.read().format("secmoe").load()));
  }

  @Test
  void partitionsByTheNumberOfRowsAreNotToBeHad() {
    spark.conf().set("spark.secmoe.batch.rebalance", "always");
    try {
      assertRefused(
          "spark.secmoe.batch.rebalance is always, and the data source secmoe infers the partitions"
              + " that its files make",
          () -> read(Map.of()).collectAsList());
      assertEquals(3, read(Map.of()).select("id").collectAsList().size());
    } finally {
      spark.conf().unset("spark.secmoe.batch.rebalance");
    }
  }

  @Test
  void formatsWithoutAReaderOfTheSecondKindPointToTheSqlFunction() {
    assertRefused(
        "cannot read the format 'binaryFile'", () -> read(Map.of("format", "binaryFile")));
    assertRefused(
        "call the SQL function secmoe_label(features)", () -> read(Map.of("format", "xml")));
  }

  @Test
  void aServerThatIsNotThere() {
    SparkSession lost = parties.clientSession(Map.of("spark.secmoe.server.address", "127.0.0.1:1"));
    try {
      assertRefused(
          "the server at 127.0.0.1:1 does not describe its model",
          () -> lost.read().format("secmoe").load(stored));
    } finally {
      SparkSession.setActiveSession(spark);
    }
  }

  @Test
  void aModelThatIsNotThePinnedOne() {
    SparkSession pinned =
        parties.clientSession(Map.of("spark.secmoe.model.digest", "ab".repeat(32)));
    try {
      assertRefused("ab".repeat(32), () -> pinned.read().format("secmoe").load(stored));
    } finally {
      SparkSession.setActiveSession(spark);
    }
  }

  @Test
  void writingSaysWhatToDoInstead() {
    Dataset<Row> table = StoredTable.table(spark, StoredTable.rows(1));
    for (SaveMode mode : SaveMode.values()) {
      String path = folder.resolve("never " + mode).toString();
      assertRefused("read-only", () -> table.write().format("secmoe").mode(mode).save(path));
      assertRefused(
          "write().parquet(path)", () -> table.write().format("secmoe").mode(mode).save(path));
      assertFalse(Files.exists(Path.of(path)));
    }
  }

  @Test
  void aStoredTableIsRefusedAndATemporaryViewWorks() {
    String options = " USING secmoe OPTIONS (format 'parquet', path '" + stored + "')";
    assertRefused(
        "CREATE TABLE ... USING secmoe is not supported",
        () -> spark.sql("CREATE TABLE p" + options));
    assertRefused(
        "CREATE TEMPORARY VIEW name USING secmoe",
        () -> spark.sql("CREATE TABLE p (id INT, text STRING, features ARRAY<FLOAT>)" + options));
    spark.sql("CREATE TEMPORARY VIEW p" + options);
    assertTrue(List.of(spark.table("p").columns()).contains("label"));
  }

  @Test
  void anotherViewListsTheServedModels() {
    Dataset<Row> models = spark.read().format("secmoe").option("view", "models").load();
    Row only =
        models
            .where("experts = 4")
            .select(
                "server",
                "name",
                "digest",
                "layers",
                "moe_layers",
                "d_model",
                "d_ff",
                "labels",
                "output",
                "ot",
                "input_features",
                "weights_digest")
            .collectAsList()
            .get(0);
    assertEquals(1, models.count());
    assertEquals(parties.server().endpoint().address(), only.getString(0));
    assertEquals("random", only.getString(1));
    assertEquals(parties.server().digest(), only.getString(2));
    assertEquals(parties.server().weightsDigest(), only.getString(11));
    assertEquals(List.of(4, 2, 8, 16), List.of(only.get(3), only.get(4), only.get(5), only.get(6)));
    assertEquals(List.of("a", "b", "c"), only.getList(7));
    assertEquals(List.of("logits", "silent", 6), List.of(only.get(8), only.get(9), only.get(10)));
  }

  private static Dataset<Row> read(Map<String, String> options) {
    return spark.read().format("secmoe").options(options).load(stored);
  }

  private static void assertRefused(String what, Executable query) {
    AnalysisException e = assertThrows(AnalysisException.class, query);
    assertTrue(e.getMessage().contains(what), e.getMessage());
  }
}
