// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.InferenceException.Kind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.functions;

/**
 * The table to be written, in any format that Spark writes. Spark commits it as a whole. If a run
 * fails, Spark's committer leaves an empty folder, which is removed as well.
 */
final class OutputTable {
  private static final String TEMPORARY = "_temporary";

  /** The time within which cancelled tasks end. */
  private static final Duration LAST_TASKS = Duration.ofSeconds(10);

  private static final Duration RETRY = Duration.ofMillis(50);
  private static final Map<String, SaveMode> MODES =
      Map.of(
          "errorifexists",
          SaveMode.ErrorIfExists,
          "overwrite",
          SaveMode.Overwrite,
          "append",
          SaveMode.Append);

  private final String path;
  private final String format;
  private final Map<String, String> options;
  private final SaveMode mode;
  private final List<String> columns;

  /** The file system; null until {@link #reach}, and for a format that has no path. */
  private FileSystem files;

  private boolean there;

  private OutputTable(
      String path,
      String format,
      Map<String, String> options,
      SaveMode mode,
      List<String> columns) {
    this.path = path;
    this.format = format;
    this.options = options;
    this.mode = mode;
    this.columns = columns;
  }

  static OutputTable of(CommandLine line) {
    Map<String, String> options = line.pairs("output-option");
    String path = options.isEmpty() ? line.require("output") : line.get("output").orElse(null);
    String mode = line.get("mode", "errorifexists");
    if (!MODES.containsKey(mode)) {
      throw new ConfException(
          "argument --mode has the value '"
              + mode
              + "'; allowed: errorifexists, overwrite, append");
    }
    List<String> columns =
        line.get("output-columns")
            .map(names -> List.of(names.split("\\s*,\\s*")))
            .orElse(List.of());
    return new OutputTable(
        path, line.get("output-format", "parquet"), options, MODES.get(mode), columns);
  }

  /**
   * @throws InferenceException UNUSABLE if there is no such file system, or it does not answer
   */
  void reach(Configuration hadoop) {
    if (path != null) {
      try {
        files = new Path(path).getFileSystem(hadoop);
        there = files.exists(new Path(path));
      } catch (IOException e) {
        throw new InferenceException(
            Kind.UNUSABLE, "the output " + path + " cannot be reached: " + e.getMessage(), e);
      }
    }
  }

  /**
   * @throws InferenceException UNUSABLE if Spark finds before any work that it cannot write there,
   *     or not this table
   */
  void write(Dataset<Row> table) throws Exception {
    try {
      Dataset<Row> chosen =
          columns.isEmpty()
              ? table
              : table.select(
                  columns.stream().map(functions::col).toArray(org.apache.spark.sql.Column[]::new));
      DataFrameWriter<Row> writer = chosen.write().format(format).options(options).mode(mode);
      if (path == null) {
        writer.save();
      } else {
        writer.save(path);
      }
    } catch (Exception e) {
      if (e instanceof AnalysisException || e instanceof ClassNotFoundException) {
        throw new InferenceException(
            Kind.UNUSABLE,
            "the output " + this + " cannot be written: " + InputTable.firstLine(e),
            e);
      }
      throw e;
    }
  }

  /**
   * Removes an empty output folder. Call it after {@link LastTasks}, because a task that still runs
   * may create the folder anew. A local file system's deletion fails halfway if another thread
   * deletes in the same folder, so it is repeated.
   */
  void discardIfEmpty() {
    if (files == null || there) {
      return;
    }
    Path folder = new Path(path);
    long start = System.nanoTime();
    try {
      while (isEmpty(folder) && !deleted(folder)) {
        if (System.nanoTime() - start > LAST_TASKS.toNanos()) {
          throw new IOException("tasks that were cancelled still write to it");
        }
        Thread.sleep(RETRY.toMillis());
      }
    } catch (IOException e) {
      System.err.println(
          "secmoe client: what is left of the output "
              + path
              + " cannot be removed: "
              + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns true if the folder is there and holds nothing but files of tasks. */
  private boolean isEmpty(Path folder) throws IOException {
    try {
      return Arrays.stream(files.listStatus(folder))
          .map(FileStatus::getPath)
          .map(Path::getName)
          .allMatch(TEMPORARY::equals);
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private boolean deleted(Path folder) throws IOException {
    files.delete(folder, true);
    return !files.exists(folder);
  }

  /** Describes what a run that ended early has left, in a sentence. */
  String unwritten() {
    if (path == null) {
      return "What was written of the output " + this + " is for that format to say.";
    }
    return "Nothing was written to "
        + path
        + (there && mode == SaveMode.Overwrite
            ? ", and what it held may be gone: Spark empties an output before it overwrites it."
            : ".");
  }

  @Override
  public String toString() {
    return path == null ? "of format " + format : path;
  }
}
