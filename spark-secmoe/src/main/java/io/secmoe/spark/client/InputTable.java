// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.InferenceException.Kind;
import java.util.Map;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The table to be inferred, in any format that Spark reads.
 *
 * @param path the table's path; null for a format whose options name it
 * @param format Spark's name of the format
 * @param options options of the format's reader
 * @param features the features or tokens as an SQL expression over the table's columns; null if a
 *     column holds them
 * @param partitions the number of partitions to divide the table into; 0 to leave it as it is
 */
record InputTable(
    String path, String format, Map<String, String> options, String features, int partitions) {
  static InputTable of(CommandLine line) {
    Map<String, String> options = line.pairs("input-option");
    String path = options.isEmpty() ? line.require("input") : line.get("input").orElse(null);
    return new InputTable(
        path,
        line.get("format", "parquet"),
        options,
        line.get("features-expression").orElse(null),
        line.get("partitions").isEmpty() ? 0 : line.number("partitions", 1, 1));
  }

  /**
   * Reads everything that can be known without running a job.
   *
   * @param column the column of the features or tokens
   * @throws InferenceException UNUSABLE if the table or the expression cannot be used
   */
  Dataset<Row> read(SparkSession session, String column) {
    Dataset<Row> plain =
        usable(
            "the input " + (path == null ? "of format " + format : path) + " cannot be read",
            () -> {
              DataFrameReader reader = session.read().format(format).options(options);
              return path == null ? reader.load() : reader.load(path);
            });
    Dataset<Row> table = plain;
    if (features != null) {
      table =
          usable(
              "the features cannot be computed by '" + features + "'",
              () -> plain.withColumn(column, functions.expr(features)));
    }
    return partitions == 0 ? table : table.repartition(partitions);
  }

  private interface Work {
    Dataset<Row> run() throws Exception;
  }

  private static Dataset<Row> usable(String problem, Work work) {
    try {
      return work.run();
    } catch (Exception e) {
      throw new InferenceException(Kind.UNUSABLE, problem + ": " + firstLine(e), e);
    }
  }

  /** Returns the first line of a message. Spark's analyzer adds the whole plan to its messages. */
  static String firstLine(Exception e) {
    return e.getMessage() == null
        ? e.toString()
        : e.getMessage().lines().findFirst().orElse(e.toString());
  }
}
