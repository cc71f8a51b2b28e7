package io.secmoe.spark.client;

import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;

/** The table to be written. Spark commits it whole; what its committer leaves of a failed one is an empty folder, which goes too. */
final class Output {
  private static final String TEMPORARY = "_temporary";

  private final Path path;
  private final FileSystem files;
  private final boolean there;

  /** @throws InferenceException if there is no such file system, or it does not answer */
  Output(String path, Configuration hadoop) {
    this.path = new Path(path);
    try {
      files = this.path.getFileSystem(hadoop);
      there = files.exists(this.path);
    } catch (IOException e) {
      throw new InferenceException(InferenceException.Kind.UNUSABLE, "the output " + path + " cannot be reached: " + e.getMessage(), e);
    }
  }

  void write(Dataset<Row> table, SaveMode mode) {
    table.write().mode(mode).parquet(path.toString());
  }

  /** To be called when Spark has stopped after a failure: tasks may write until then. */
  void discardIfEmpty() {
    try {
      if (!there && files.exists(path) && Arrays.stream(files.listStatus(path)).map(FileStatus::getPath).map(Path::getName)
          .allMatch(TEMPORARY::equals)) {
        files.delete(path, true);
      }
    } catch (IOException e) {
      System.err.println("secmoe client: what is left of the output " + path + " cannot be removed: " + e.getMessage());
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
