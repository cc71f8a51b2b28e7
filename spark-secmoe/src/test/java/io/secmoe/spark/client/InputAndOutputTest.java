// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.spark.Tables;
import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.remote.InferenceException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The inputs and outputs of the client's application: any format of Spark, and errors before any
 * work.
 */
@Timeout(120)
class InputAndOutputTest {
  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void textColumnsBecomeFeatures() throws Exception {
    Path csv = Files.writeString(folder.resolve("in.csv"), "id;pixels\n1;[0.5, 2]\n2;\n");
    Dataset<Row> table =
        InputTable.of(
                line(
                    "--input",
                    csv.toString(),
                    "--format",
                    "csv",
                    "--input-option",
                    "header=true",
                    "--input-option",
                    "sep=;",
                    "--features-expression",
                    "from_json(pixels, 'array<float>')",
                    "--partitions",
                    "3"))
            .read(spark, "f");
    assertEquals("id,pixels,f", String.join(",", table.columns()));
    assertEquals(3, table.rdd().getNumPartitions());
    assertEquals(
        "[1,[0.5, 2],ArraySeq(0.5, 2.0)]", table.orderBy("id").collectAsList().get(0).toString());
  }

  @Test
  void whatCannotBeReadIsNamed() throws Exception {
    String input = folder.resolve("absent").toString();
    assertSays(
        "the input " + input + " cannot be read",
        () -> InputTable.of(line("--input", input)).read(spark, "f"));
    assertSays(
        "the input of format nonsense cannot be read",
        () ->
            InputTable.of(line("--format", "nonsense", "--input-option", "a=b")).read(spark, "f"));
    Path csv = Files.writeString(folder.resolve("in.csv"), "id\n1\n");
    assertSays(
        "the features cannot be computed by 'array(nothing)'",
        () ->
            InputTable.of(
                    line(
                        "--input",
                        csv.toString(),
                        "--format",
                        "csv",
                        "--features-expression",
                        "array(nothing)"))
                .read(spark, "f"));
    assertThrows(ConfException.class, () -> InputTable.of(line("--format", "csv")));
    assertThrows(
        ConfException.class, () -> InputTable.of(line("--input", "x", "--input-option", "header")));
  }

  @Test
  void everyModeAndFormatIsSparks() throws Exception {
    String path = folder.resolve("out").toString();
    Dataset<Row> table = Tables.small(spark, 4, 1);
    write(
        table,
        "--output",
        path,
        "--output-format",
        "csv",
        "--output-option",
        "header=true",
        "--output-columns",
        "id");
    assertSays("the output " + path + " cannot be written", () -> write(table, "--output", path));
    write(
        table,
        "--output",
        path,
        "--output-format",
        "csv",
        "--output-option",
        "header=true",
        "--output-columns",
        "id",
        "--mode",
        "append");
    assertEquals(8, spark.read().option("header", "true").csv(path).count());
    write(table, "--output", path, "--output-format", "json", "--mode", "overwrite");
    assertEquals("features,id", String.join(",", spark.read().json(path).columns()));
  }

  @Test
  void whatCannotBeWrittenIsNamedAndLeavesNothing() {
    String path = folder.resolve("out").toString();
    Dataset<Row> table = Tables.small(spark, 4, 1);
    assertSays(
        "the output " + path + " cannot be written",
        () -> write(table, "--output", path, "--output-format", "csv"));
    assertSays(
        "the output " + path + " cannot be written",
        () -> write(table, "--output", path, "--output-columns", "nothing"));
    assertSays(
        "the output " + path + " cannot be written",
        () -> write(table, "--output", path, "--output-format", "nonsense"));
    assertFalse(Files.exists(folder.resolve("out")));
    assertTrue(
        assertThrows(
                ConfException.class,
                () -> OutputTable.of(line("--output", path, "--mode", "upsert")))
            .getMessage()
            .contains("--mode has the value 'upsert'; allowed: errorifexists, overwrite, append"));
  }

  @Test
  void anEmptyOutputGoesEvenIfTasksStillDeleteTheirFiles() throws Exception {
    Path out = folder.resolve("busy.parquet");
    Files.createDirectories(out.resolve("_temporary/0"));
    Path full = Files.createDirectories(folder.resolve("full.parquet"));
    Files.writeString(full.resolve("part-0"), "rows");
    Configuration hadoop = new Configuration(spark.sparkContext().hadoopConfiguration());
    hadoop.set("fs.busy.impl", BusyFileSystem.class.getName());
    for (Path each : List.of(out, full)) {
      OutputTable output = OutputTable.of(line("--output", "busy:" + each));
      BusyFileSystem.there = false;
      output.reach(hadoop);
      BusyFileSystem.there = true;
      output.discardIfEmpty();
    }
    assertFalse(Files.exists(out));
    assertTrue(Files.exists(full.resolve("part-0")));
  }

  /**
   * A test double of a local file system. Its first deletion fails, as the real one does while
   * another thread deletes in the same folder. Until {@link #there}, it has no files.
   */
  public static final class BusyFileSystem extends RawLocalFileSystem {
    private static boolean there;
    private int deletions;

    @Override
    public URI getUri() {
      return URI.create("busy:///");
    }

    @Override
    public boolean exists(org.apache.hadoop.fs.Path file) throws IOException {
      return there && super.exists(file);
    }

    @Override
    public boolean delete(org.apache.hadoop.fs.Path file, boolean recursive) throws IOException {
      return deletions++ > 0 && super.delete(file, recursive);
    }
  }

  private static void write(Dataset<Row> table, String... arguments) throws Exception {
    OutputTable output = OutputTable.of(line(arguments));
    output.reach(spark.sparkContext().hadoopConfiguration());
    boolean written = false;
    try {
      output.write(table);
      written = true;
    } finally {
      if (!written) {
        output.discardIfEmpty();
      }
    }
  }

  private static CommandLine line(String... arguments) {
    return new CommandLine(
        arguments,
        Set.of(
            "input",
            "format",
            "input-option",
            "features-expression",
            "partitions",
            "output",
            "output-format",
            "output-option",
            "output-columns",
            "mode"),
        Set.of());
  }

  private static void assertSays(String text, Executable work) {
    InferenceException e = assertThrows(InferenceException.class, work);
    assertEquals(InferenceException.Kind.UNUSABLE, e.kind());
    assertTrue(
        e.getMessage().contains(text) && e.getMessage().lines().count() == 1, e.getMessage());
  }
}
