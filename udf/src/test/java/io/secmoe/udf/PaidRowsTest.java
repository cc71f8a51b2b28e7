// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.spark.Leftovers;
import io.secmoe.spark.PaidRows;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random queries over SQL functions and the data source, in a session with extensions, pay for the
 * rows that come out.
 */
@Timeout(600)
class PaidRowsTest {
  /** Random queries of each kind; a campaign runs more of them, see CONTRIBUTING.md. */
  private static final int QUERIES = Integer.getInteger("secmoe.queries", 3);

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Tables tables;
  private static PaidRows rows;

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    tables = new Tables(folder, Map.of());
    rows = new PaidRows(tables.spark(), folder, folder.resolve("model"));
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    tables.close();
    leftovers.assertNone();
  }

  @ParameterizedTest
  @ValueSource(strings = {"function", "source"})
  void randomQueriesPayForTheRowsThatComeOut(String path) {
    Dataset<Row> stored = tables.spark().read().parquet(rows.path());
    for (int seed = 0; seed < QUERIES; seed++) {
      Dataset<Row> labelled =
          path.equals("function")
              ? stored.selectExpr("id", "k", "g", "secmoe_label(features) AS y")
              : tables
                  .spark()
                  .read()
                  .format("secmoe")
                  .load(rows.path())
                  .selectExpr("id", "k", "g", "label AS y");
      rows.check(2000 + 100L * path.length() + seed, labelled);
    }
  }
}
