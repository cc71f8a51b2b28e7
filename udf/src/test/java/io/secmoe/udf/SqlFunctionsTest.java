// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.spark.Leftovers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkThrowableHelper;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The SQL functions where a user may call them, and how many rows each query pays for. */
@Timeout(300)
class SqlFunctionsTest {
  private static final int CLOSE = Tables.ROWS - 3;

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Tables tables;

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    tables = new Tables(folder, Map.of());
    tables
        .spark()
        .sql(
            "CREATE TEMPORARY FUNCTION digit(x ARRAY<FLOAT>) RETURNS STRING RETURN"
                + " secmoe_label(x)");
    tables
        .spark()
        .sql(
            "CREATE TEMPORARY FUNCTION labelled() RETURNS TABLE(id BIGINT, y STRING) RETURN SELECT"
                + " id, secmoe_label(features) FROM t");
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    tables.close();
    leftovers.assertNone();
  }

  @Test
  void labelsAndLogitsOfOneColumnShareOneInference() {
    List<Row> rows =
        tables.query(
            "SELECT id, secmoe_label(features) AS label, secmoe_infer(features) AS logits FROM t"
                + " ORDER BY id");
    assertEquals(Tables.ROWS, rows.size());
    int equal = 0;
    for (Row row : rows) {
      List<Float> logits = row.getList(2);
      int best = "abc".indexOf(row.getString(1));
      logits.forEach(logit -> assertTrue(logit <= logits.get(best)));
      equal += best == tables.classes[(int) row.getLong(0)] ? 1 : 0;
    }
    assertTrue(equal >= CLOSE, equal + " labels agree");
    assertEquals(Tables.ROWS, tables.inferred(), "a global sort must not pay twice");
  }

  /** The rows that each query pays for: never more than its answer needs. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT id FROM (SELECT id, secmoe_label(features) AS y FROM t) WHERE id < 10 | 0 | 10",
        "SELECT id, y FROM (SELECT id, secmoe_label(features) AS y FROM t) WHERE id < 10 | 10 | 10",
        "SELECT id, y FROM (SELECT id, secmoe_infer(features)[0] AS y FROM t) WHERE y > -1000 AND"
            + " id < 7 | 7 | 7",
        "SELECT id FROM t WHERE secmoe_infer(features)[0] > -1000 AND id < 7 | 7 | 7",
        "SELECT id FROM t WHERE secmoe_infer(features)[0] > -1000 AND id < 7 AND"
            + " secmoe_infer(features)[1] > -1000 | 7 | 7",
        "SELECT id, secmoe_label(features) FROM t LIMIT 6 | 6 | 6",
        "SELECT id, secmoe_label(features) FROM t LIMIT 6 OFFSET 3 | 6 | 6",
        "SELECT id, secmoe_label(features) FROM t ORDER BY id DESC LIMIT 5 | 5 | 5",
        "SELECT secmoe_label(features) FROM t ORDER BY id LIMIT 5 OFFSET 2 | 5 | 5",
        "SELECT id, secmoe_label(features) FROM t SORT BY id LIMIT 5 | 5 | 5",
        "SELECT id, y FROM (SELECT id, secmoe_label(features) AS y, row_number() OVER (ORDER BY id"
            + " DESC) AS n FROM t) WHERE n < 4 AND y <> 'z' | 3 | 3",
        "SELECT id, y FROM (SELECT id, secmoe_label(features) AS y FROM t) WHERE id IN (SELECT id +"
            + " 36 FROM t) | 4 | 4",
        "SELECT id, secmoe_label(features) AS y, secmoe_label(transform(features, x -> -x)) AS z"
            + " FROM t ORDER BY y, id LIMIT 3 | 43 | 3",
        "SELECT id, y, secmoe_label(features) AS z FROM (SELECT id, features,"
            + " secmoe_label(features) AS y FROM t) WHERE y <> 'z' ORDER BY id LIMIT 3 | 40 | 3",
        "SELECT id, y, e FROM (SELECT id, secmoe_label(features) AS y FROM t) LATERAL VIEW"
            + " explode(array(1, 2)) AS e ORDER BY e, id | 40 | 80",
        "SELECT id, secmoe_label(features) AS y FROM t WHERE id < 9 UNION ALL SELECT id, 'unknown'"
            + " FROM t WHERE id > 8 ORDER BY id | 9 | 40",
        "SELECT id, secmoe_label(features) AS y FROM t UNION ALL SELECT id + 2, 'unknown' FROM t"
            + " ORDER BY id LIMIT 4 | 4 | 4",
        "SELECT /*+ REPARTITION_BY_RANGE(3, y) */ * FROM (SELECT id, secmoe_label(features) AS y"
            + " FROM t) | 40 | 40",
        "SELECT y, secmoe_label(features) FROM (SELECT id, features, secmoe_label(features) AS y"
            + " FROM t) | 40 | 40",
        "SELECT id, CASE WHEN id < 10 THEN secmoe_label(features) ELSE 'none' END AS y FROM t | 10"
            + " | 40",
        "SELECT id, IF(id < 10, secmoe_label(features), IF(id < 12, secmoe_label(features),"
            + " 'none')) AS y FROM t | 12 | 40",
        "SELECT id FROM t WHERE id >= 4 AND (id < 10 OR secmoe_infer(features)[0] > -1000) | 30 |"
            + " 36",
        "SELECT id, coalesce(IF(id < 30, 'known', NULL), secmoe_label(features)) AS y FROM t | 10 |"
            + " 40",
        "SELECT count(*) FROM (SELECT id, secmoe_label(features) AS y FROM t) | 0 | 1",
        "SELECT k, max(secmoe_infer(features)[1]) AS m FROM t GROUP BY k | 40 | 2",
        "SELECT k, max(secmoe_infer(features)[1]) FILTER (WHERE id < 8) AS m FROM t GROUP BY k | 8"
            + " | 2",
        "SELECT k, secmoe_label(any_value(features)) AS y FROM t GROUP BY k | 2 | 2",
        "SELECT a.id FROM (SELECT id, secmoe_label(features) AS y FROM t) a JOIN (SELECT id, k FROM"
            + " t) b ON a.id = b.id WHERE b.id < 4 AND a.y <> 'z' | 4 | 4",
        "SELECT id, (SELECT count(*) FROM t WHERE id < 3 AND secmoe_infer(features)[0] > -1000) AS"
            + " n FROM t | 3 | 40",
        "SELECT id, prediction, label, logits FROM secmoe_infer_table(TABLE(t), 'features') WHERE"
            + " id < 9 | 9 | 9",
        "SELECT id, prediction, label, logits FROM secmoe_infer_table(TABLE(t), 'FEATURES') WHERE"
            + " id < 8 | 8 | 8",
        "SELECT p, y, label FROM secmoe_infer_table(TABLE(SELECT *, 1 AS label FROM t), 'features',"
            + " prediction => 'p', label => 'y') WHERE id < 3 | 3 | 3",
        "SELECT id, label FROM secmoe_infer_table(column => 'features', input => TABLE(t)) WHERE id"
            + " < 3 | 3 | 3",
        "SELECT id, label FROM secmoe_infer_table(TABLE(SELECT id, named_struct('f', features) AS s"
            + " FROM t), 's.f') WHERE id < 3 | 3 | 3",
        "SELECT id, label FROM secmoe_infer_table(TABLE(SELECT id, features AS `a.b` FROM t),"
            + " '`a.b`') WHERE id < 3 | 3 | 3",
        "SELECT secmoe.label(features) AS y, secmoe.infer(features)[0] AS z FROM t WHERE id < 5 | 5"
            + " | 5",
        "SELECT secmoe_label(transform(features, x -> x / 2)) AS y FROM t WHERE id < 5 | 5 | 5",
        "WITH i AS (SELECT id, secmoe_label(features) AS y FROM t WHERE id < 4) SELECT id, (SELECT"
            + " max(y) FROM i WHERE i.id = t.id) AS y FROM t | 4 | 40",
        "SELECT id, digit(features) AS y FROM t WHERE id < 6 | 6 | 6",
        "SELECT id, concat('a ', digit(features)) AS y, secmoe_label(features) FROM t WHERE id < 6"
            + " AND digit(features) <> 'z' | 6 | 6",
        "SELECT k, max(digit(features)) AS y FROM t WHERE id < 6 GROUP BY k | 6 | 2",
        "SELECT id, y FROM labelled() WHERE id < 6 | 6 | 6",
        "SELECT id FROM t WHERE secmoe_label(IF(id < 4, features, NULL)) IS NOT NULL | 4 | 4"
      })
  void noQueryPaysForMoreThanItNeeds(String sql, int inferred, int rows) {
    assertEquals(rows, tables.query(sql).size());
    assertEquals(inferred, tables.inferred());
  }

  /**
   * Names are the query's, and what is counted is said: the rows have passed filters and exchanges.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT secmoe_label(slice(features, 1, 3)) FROM t | column 'slice(t.features, 1, 3)' has"
            + " fewer features than the model takes, 6",
        "SELECT IF(id > 3, secmoe_label(f), 'none') FROM (SELECT id, slice(features, 1, 3) AS f"
            + " FROM t) | column 'f' has fewer features than the model takes, 6"
      })
  void anErrorAboutARowNamesTheInputAsTheQueryDoes(String sql, String what) {
    Exception e = assertThrows(Exception.class, () -> tables.query(sql));
    assertTrue(e.getMessage().contains(what), e.getMessage());
    assertTrue(
        e.getMessage().contains("rows and partitions are counted as the inference gets them"),
        e.getMessage());
    assertFalse(e.getMessage().contains("_secmoe"), e.getMessage());
  }

  @Test
  void groupingSelfJoinsAndViewsWork() {
    long groups =
        tables
            .query(
                "SELECT secmoe_label(features) AS y, count(*) AS n FROM t GROUP BY"
                    + " secmoe_label(features)")
            .stream()
            .mapToLong(row -> row.getLong(1))
            .sum();
    assertEquals(Tables.ROWS, groups);
    assertEquals(Tables.ROWS, tables.inferred());
    tables
        .spark()
        .sql("CREATE OR REPLACE TEMP VIEW v AS SELECT id, secmoe_label(features) AS y FROM t");
    assertEquals(
        5,
        tables
            .query("SELECT l.id, l.y, r.y FROM v l JOIN v r ON l.id = r.id WHERE l.id < 5")
            .size());
    Dataset<Row> predicted =
        tables
            .spark()
            .table("t")
            .withColumn("y", functions.call_function("secmoe_label", functions.col("features")));
    assertEquals(
        3,
        tables
            .collect(
                predicted
                    .as("l")
                    .join(predicted.as("r"), functions.expr("l.id = r.id AND l.id < 3")))
            .size());
  }

  @Test
  void explainShowsModelStrategyAndRowsPerBatch() {
    String plan = tables.query("EXPLAIN SELECT secmoe_label(features) FROM t").get(0).getString(0);
    assertTrue(
        plan.contains("PrivateInfer [model=random, strategy=select, batch.rows=8192]"), plan);
    String formatted =
        tables.query("EXPLAIN FORMATTED SELECT secmoe_label(features) FROM t").get(0).getString(0);
    assertTrue(formatted.contains("batch.rows=8192"), formatted);
    assertEquals(0, tables.inferred());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT l.id FROM t l JOIN t r ON secmoe_label(l.features) = secmoe_label(r.features) | the"
            + " condition of a join",
        "SELECT secmoe_label(id) FROM t | an array of numbers or text, not bigint",
        "SELECT secmoe_label(features, 1) FROM t | takes one argument",
        "SELECT secmoe.label(id) FROM t | an array of numbers or text",
        "SELECT * FROM secmoe_infer_table(TABLE(t), 'features', 3, 4, 5, 6, 7) | takes a table and"
            + " the name of its column",
        "SELECT * FROM secmoe_infer_table(TABLE(t), 'id') | column 'id' has the type bigint",
        "SELECT * FROM secmoe_infer_table(TABLE(SELECT *, 1 AS label FROM t), 'features') | has a"
            + " column 'label' already; give the added one another name with the argument label =>"
            + " 'name'",
        "SELECT * FROM secmoe_infer_table(TABLE(t), 'features', logits => 'K') | has a column 'K'"
            + " already; give the added one another name with the argument logits",
        "SELECT * FROM secmoe_infer_table(TABLE(t), 'features', lable => 'y') | has no argument"
            + " 'lable'",
        "SELECT * FROM secmoe_infer_table(TABLE(t), 'features', label => 3) | the argument 'label'"
            + " of secmoe_infer_table is the name of a column",
        "SELECT * FROM secmoe_infer_table(TABLE(SELECT id, features, array(1.0) AS features FROM"
            + " t), 'features') | [AMBIGUOUS_REFERENCE] Reference `features` is ambiguous",
        "SELECT * FROM secmoe_infer_table(TABLE(SELECT features, k AS FEATURES FROM t), 'Features')"
            + " | AMBIGUOUS_REFERENCE",
        "SELECT secmoe_embed(features) FROM t | secmoe_embed has no embeddings to give",
        "SELECT transform(array(1, 2), x -> secmoe_label(array(x))) FROM t | lambda",
        "SELECT secmoe_label(transform(features, x -> x + rand())) FROM t | not deterministic",
        "SELECT * FROM secmoe_infer_table(TABLE(t), 'pixels') | no column 'pixels'",
        "SELECT id, (SELECT max(secmoe_label(t.features)) FROM t r WHERE r.id = t.id) FROM t |"
            + " takes a column of the outer query inside a subquery",
        "SELECT id, (SELECT max(secmoe_label(r.features)) FROM t r WHERE r.id = t.id) AS y FROM t |"
            + " stands in a subquery above a condition on the outer query's columns"
      })
  void whereNoOperatorCanStandTheAnalyzerSaysSo(String sql, String what) {
    AnalysisException e = assertThrows(AnalysisException.class, () -> tables.query(sql));
    assertTrue(e.getMessage().contains(what), e.getMessage());
    assertTrue(messageInPySpark(e).contains(what), messageInPySpark(e));
  }

  /**
   * Returns the text that PySpark shows of an error: it looks the condition up in Spark's list, and
   * does so by itself for an error with a position.
   */
  private static String messageInPySpark(AnalysisException e) {
    return SparkThrowableHelper.getMessage(e.getCondition(), e.getMessageParameters());
  }

  @Test
  void anErrorInAFunctionsBuilderKeepsItsTextAndGetsItsPlace() {
    AnalysisException e =
        assertThrows(
            AnalysisException.class,
            () -> tables.query("SELECT id,\n  secmoe_label(features, 1) FROM t"));
    assertEquals(2, e.line().get());
    assertEquals("secmoe_label(features, 1)", e.getQueryContext()[0].fragment());
    assertTrue(
        messageInPySpark(e)
            .startsWith("secmoe_label takes one argument, the features or tokens, not 2"),
        messageInPySpark(e));
  }

  @Test
  void aServerThatCannotBeReachedIsAnAnalysisError() {
    var other = tables.spark().newSession();
    tables.table(1).createOrReplaceGlobalTempView("g");
    tables.parties.configure(
        other,
        Map.of("spark.secmoe.server.address", "127.0.0.1:1", "spark.secmoe.attempt.timeout", "1s"));
    Exception e =
        assertThrows(
            AnalysisException.class,
            () -> other.sql("SELECT secmoe_label(features) FROM global_temp.g"));
    assertTrue(
        e.getMessage().contains("the server at 127.0.0.1:1 does not describe its model"),
        e.getMessage());
    other.conf().set("spark.secmoe.bacth.rows", "3");
    Exception typo =
        assertThrows(
            AnalysisException.class,
            () -> other.sql("SELECT secmoe_label(features) FROM global_temp.g"));
    assertTrue(typo.getMessage().contains("spark.secmoe.bacth.rows is unknown"), typo.getMessage());
  }
}
