// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.secmoe.spark.Leftovers;
import io.secmoe.spark.PaidRows;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Functions of the file, the partition and the row that a task is at give what they give without an
 * inference.
 */
@Timeout(300)
class InputFilesTest {
  private static final String FILE =
      "input_file_name() AS file, input_file_block_start() AS start, input_file_block_length() AS"
          + " length";
  private static final String TASK =
      "monotonically_increasing_id() AS number, spark_partition_id() AS part";

  /** One partition reads all files: a batch has rows of several. */
  private static final String PACKED = "spark.sql.files.openCostInBytes";

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Tables tables;
  private static SparkSession spark;
  private static PaidRows rows;

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    tables = new Tables(folder, Map.of());
    spark = tables.spark();
    rows = new PaidRows(spark, folder, folder.resolve("model"));
    spark.read().parquet(rows.path()).createOrReplaceTempView("stored");
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    tables.close();
    leftovers.assertNone();
  }

  @AfterEach
  void unpack() {
    spark.conf().unset(PACKED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT id, COLUMNS, secmoe_label(features) AS y FROM stored",
        "SELECT id, COLUMNS, y FROM (SELECT *, secmoe_label(features) AS y FROM stored) WHERE"
            + " input_file_name() <> '' AND y <> ''",
        "SELECT id, COLUMNS, label AS y FROM secmoe_infer_table(TABLE(stored), 'features')",
        "SELECT id, COLUMNS, y FROM (SELECT id, secmoe_label(features) AS y FROM stored) WHERE"
            + " length(y) = 1",
        "SELECT id, COLUMNS, max(y) FROM (SELECT id, COLUMNS, secmoe_label(features) AS y FROM"
            + " stored) GROUP BY id, COLUMNS"
      })
  void functionsOfATaskAreComputedWhereItReads(String sql) {
    for (boolean packed : new boolean[] {false, true}) {
      spark.conf().set(PACKED, packed ? "0" : "4m");
      boolean grouped = sql.contains("GROUP BY");
      String names = "file, start, length, number, part";
      String query =
          grouped
              ? sql.replaceFirst("COLUMNS", names).replaceFirst("BY id, COLUMNS", "BY id, " + names)
              : sql;
      assertEquals(
          texts(spark.sql("SELECT id, " + FILE + ", " + TASK + " FROM stored")),
          texts(spark.sql(query.replace("COLUMNS", FILE + ", " + TASK)).drop("y", "max(y)")),
          sql);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDataSourceKnowsItsFiles(boolean packed) {
    spark.conf().set(PACKED, packed ? "0" : "4m");
    List<String> expected = texts(spark.sql("SELECT id, " + FILE + " FROM stored"));
    Dataset<Row> source = spark.read().format("secmoe").load(rows.path());
    assertEquals(
        expected,
        texts(
            source
                .selectExpr(
                    "id",
                    "label",
                    "input_file_name()",
                    "input_file_block_start()",
                    "input_file_block_length()")
                .drop("label")));
    String[] metadata = {
      "id", "_metadata.file_path", "_metadata.file_block_start", "_metadata.file_block_length"
    };
    assertEquals(expected, texts(source.select("label", metadata).drop("label")));
    assertEquals(expected, texts(source.selectExpr(metadata)));
    assertEquals(
        texts(spark.read().parquet(rows.path()).selectExpr("id", "_metadata.file_name")),
        texts(source.selectExpr("id", "_metadata.file_name")));
    String one =
        expected.get(0).substring(expected.get(0).lastIndexOf('/') + 1).replaceAll(",.*", "");
    long rowsOfOne =
        source.where("_metadata.file_name = '" + one + "'").select("label").collectAsList().size();
    assertEquals(expected.stream().filter(row -> row.contains(one)).count(), rowsOfOne);
    assertFalse(List.of(source.columns()).contains("_metadata"));
  }

  @Test
  void streamsKnowTheirFiles() throws Exception {
    spark
        .readStream()
        .schema(spark.table("stored").schema())
        .parquet(rows.path())
        .createOrReplaceTempView("arriving");
    String output = folder.resolve("stream-out").toString();
    spark
        .sql("SELECT id, " + FILE + ", secmoe_label(features) AS y FROM arriving")
        .writeStream()
        .format("parquet")
        .trigger(Trigger.AvailableNow())
        .option("checkpointLocation", folder.resolve("checkpoint").toString())
        .start(output)
        .awaitTermination();
    assertEquals(
        texts(spark.sql("SELECT id, " + FILE + " FROM stored")),
        texts(spark.read().parquet(output).drop("y")));
  }

  private static List<String> texts(Dataset<Row> table) {
    return table.collectAsList().stream().map(Row::toString).sorted().toList();
  }
}
