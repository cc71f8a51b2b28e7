// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.model.calibration.CalibrateCommand;
import io.secmoe.model.calibration.Calibration;
import io.secmoe.model.calibration.CalibrationTable;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.input.FeatureRows;
import io.secmoe.model.input.Rows;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.CapacityRule;
import io.secmoe.party.Profile;
import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The model owner's calibration: runs the plaintext model on sample rows, records the range of
 * every value, chooses scales and the encryption's primes, prints them, and writes {@code
 * calibration.json} beside the model; a model that does not fit is refused by its tensor's name.
 * Every expert is run on samples, whether the router chooses it or not, and every id of the
 * vocabulary by itself; experts and values of which the samples show too little are named in
 * warnings. Done once per model, before it is served; the samples are the model owner's own, in
 * plaintext.
 *
 * <pre>
 * --model DIR              config.json, model.safetensors or its shards
 * --input PATH             sample rows
 * --format FORMAT          of the input (parquet)
 * --features-column NAME   array of numbers (features); or, where the model takes tokens,
 * --tokens-column NAME     array of integers (tokens), or
 * --text-column NAME       text, made tokens by the tokenizer.json of the model
 * --rows N                 at most so many rows (10000)
 * --properties FILE, --conf KEY=VALUE   Spark's configuration, and the server's
 * </pre>
 */
public final class CalibrateApplication {
  private CalibrateApplication() {}

  public static void main(String[] arguments) {
    try {
      run(
          new CommandLine(
              arguments,
              Set.of(
                  "model",
                  "input",
                  "format",
                  "features-column",
                  "tokens-column",
                  "text-column",
                  "rows"),
              Set.of()));
    } catch (ConfException | ModelException e) {
      System.err.println("secmoe calibrate: " + e.getMessage());
      System.exit(2);
    }
  }

  static void run(CommandLine options) {
    Path model = Path.of(options.require("model"));
    options.require("input");
    SparkConf conf = options.sparkConf();
    CapacityRule capacity = SecMoeConf.of(conf).get(SecMoeConf.EXPERT_CAPACITY);
    conf.setIfMissing("spark.app.name", "secmoe-calibrate");
    conf.setIfMissing("spark.master", "local[*]");
    SparkSession session = SparkSession.builder().config(conf).getOrCreate();
    try {
      Rows samples =
          CalibrateCommand.takesTokens(model)
              ? TokenRows.padded(tokens(session, options, model))
              : new FeatureRows(
                  read(
                      session,
                      options,
                      "features",
                      "array<float>",
                      CalibrateApplication::toFloats,
                      float[][]::new));
      // Notes come first, because they may say why a sample is too long.
      CalibrateCommand.notes(model, capacity).forEach(System.out::println);
      List<String> warnings = new ArrayList<>();
      Calibration calibration =
          CalibrateCommand.run(
              model,
              samples,
              Profile.DEFAULT,
              capacity,
              new CalibrationProgress(System.out),
              warnings::add);
      CalibrationTable.of(calibration).forEach(System.out::println);
      warnings.forEach(warning -> System.out.println("warning: " + warning));
      System.out.println(
          "calibrated on " + samples.count() + " rows: " + model.resolve("calibration.json"));
    } finally {
      session.stop();
    }
  }

  private static int[][] tokens(SparkSession session, CommandLine options, Path model) {
    if (options.get("text-column").isEmpty()) {
      return read(
          session, options, "tokens", "array<int>", CalibrateApplication::toIds, int[][]::new);
    }
    try (Tokenizer tokenizer = Tokenizer.open(model.resolve("tokenizer.json"))) {
      return read(
          session,
          options,
          "text",
          "string",
          row -> tokenizer.encode(row.getString(0)),
          int[][]::new);
    }
  }

  /**
   * Returns the column {@code kind}, or the column that the option for it names, as rows of {@code
   * type}.
   */
  private static <T> T[] read(
      SparkSession session,
      CommandLine options,
      String kind,
      String type,
      Function<Row, T> row,
      IntFunction<T[]> rows) {
    String input = options.require("input");
    String column = options.get(kind + "-column", kind);
    Dataset<Row> table = session.read().format(options.get("format", "parquet")).load(input);
    if (!List.of(table.columns()).contains(column)) {
      throw new ConfException(
          "the input "
              + input
              + " has no column '"
              + column
              + "'; it has "
              + String.join(", ", table.columns())
              + ": name one with --"
              + kind
              + "-column");
    }
    return table
        .select(functions.col(column).cast(type))
        .na()
        .drop()
        .limit(options.number("rows", 10_000, 1))
        .collectAsList()
        .stream()
        .map(row)
        .toArray(rows);
  }

  private static float[] toFloats(Row row) {
    List<Float> values = row.getList(0);
    float[] out = new float[values.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = values.get(i) == null ? Float.NaN : values.get(i);
    }
    return out;
  }

  /** Returns a row's ids. A null becomes a number that is no id of any vocabulary. */
  private static int[] toIds(Row row) {
    List<Integer> ids = row.getList(0);
    return ids.stream().mapToInt(id -> id == null ? -1 : id).toArray();
  }
}
