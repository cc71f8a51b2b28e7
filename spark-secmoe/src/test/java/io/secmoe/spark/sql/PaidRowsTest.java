// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.PaidRows;
import io.secmoe.spark.Parties;
import io.secmoe.spark.client.PrivateInference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rows that queries pay for through the Java API and the data source, in a session without
 * extensions.
 */
@Timeout(600)
class PaidRowsTest {
  /** Random queries of each kind; a campaign runs more of them, see CONTRIBUTING.md. */
  private static final int QUERIES = Integer.getInteger("secmoe.queries", 3);

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Parties parties;
  private static SparkSession spark;
  private static PaidRows rows;

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    Path model = SmallModel.write(folder.resolve("model"));
    parties = new Parties(folder, model, Map.of());
    spark = parties.clientSession(Map.of());
    rows = new PaidRows(spark, folder, model);
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    parties.close();
    leftovers.assertNone();
  }

  private static Dataset<Row> source() {
    return spark.read().format("secmoe").load(rows.path()).selectExpr("id", "k", "g", "label AS y");
  }

  private static Dataset<Row> api() {
    return PrivateInference.connect(spark)
        .infer(spark.read().parquet(rows.path()), "features")
        .selectExpr("id", "k", "g", "label AS y");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void randomQueriesPayForTheRowsThatComeOut(int api) {
    for (int seed = 0; seed < QUERIES; seed++) {
      rows.check(1000 * api + seed, api == 1 ? api() : source());
    }
  }

  /**
   * Range partitioners sample what they partition: with an exchange in between, the second pass
   * pays for nothing.
   */
  @ParameterizedTest
  @CsvSource({"source, true", "source, false", "api, true"})
  void noQueryInfersARowTwice(String path, boolean adaptive) {
    Dataset<Row> labelled = path.equals("api") ? api() : source();
    spark.conf().set("spark.sql.adaptive.enabled", adaptive);
    try {
      Dataset<Row> small =
          spark.range(PaidRows.ROWS).selectExpr("cast(id AS int) AS id", "id * 2 AS twice");
      assertPaid(PaidRows.ROWS, labelled.orderBy("id"));
      assertPaid(PaidRows.ROWS, labelled.orderBy("y", "id"));
      assertPaid(
          PaidRows.ROWS,
          labelled.withColumn("part", functions.expr("explode(array(k, g))")).orderBy("part"));
      assertPaid(PaidRows.ROWS, labelled.join(functions.broadcast(small), "id").orderBy("twice"));
      assertPaid(PaidRows.ROWS, labelled.repartitionByRange(3, functions.col("y")));
      assertPaid(PaidRows.ROWS, labelled.union(rows.plain()).orderBy("id"));
      Dataset<Row> kept = labelled.persist();
      assertPaid(PaidRows.ROWS, kept.orderBy("id"));
      assertPaid(0, kept.orderBy("y"));
      kept.unpersist();
    } finally {
      spark.conf().unset("spark.sql.adaptive.enabled");
    }
  }

  private static void assertPaid(int inferred, Dataset<Row> query) {
    assertEquals(
        inferred,
        rows.inferred(() -> query.collectAsList()),
        () -> ((org.apache.spark.sql.classic.Dataset<Row>) query).queryExecution().toString());
  }

  /**
   * Sorted into one partition, inferred in several, sorted again; or, where the key is gone,
   * inferred one batch after the other.
   */
  @ParameterizedTest
  @ValueSource(strings = {"source", "api"})
  void severalBatchesOfFirstRowsComeInOrder(String path) {
    spark.conf().set("spark.secmoe.batch.rows", "8");
    try {
      Dataset<Row> labelled = path.equals("api") ? api() : source();
      List<Integer> expected =
          IntStream.rangeClosed(1, 20).mapToObj(i -> PaidRows.ROWS - i).toList();
      for (Dataset<Row> first :
          List.of(
              labelled.orderBy(functions.desc("id")).limit(20),
              labelled
                  .withColumn("key", functions.expr("-id"))
                  .orderBy("key")
                  .limit(20)
                  .drop("key"))) {
        List<Row> result = new ArrayList<>();
        assertEquals(20, rows.inferred(() -> result.addAll(first.collectAsList())));
        assertEquals(expected, result.stream().map(row -> row.getInt(0)).toList());
      }
    } finally {
      spark.conf().unset("spark.secmoe.batch.rows");
    }
  }

  /** The first rows of a UNION ALL are among the first of each part. */
  @ParameterizedTest
  @ValueSource(strings = {"source", "api"})
  void aLimitOfAUnionIsALimitOfItsParts(String path) {
    Dataset<Row> union =
        (path.equals("api") ? api() : source())
            .where("id >= 10")
            .union(rows.plain().where("id < 10"));
    assertPaid(4, union.orderBy("id").limit(4));
    assertPaid(6, union.orderBy(functions.desc("id")).offset(2).limit(4));
  }
}
