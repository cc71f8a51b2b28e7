package io.secmoe.spark.server;

import io.secmoe.model.CalibrateCommand;
import io.secmoe.model.ModelException;
import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.ConfException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The model owner's calibration: runs the plaintext model on sample rows, records the range of every tensor, and writes {@code
 * calibration.json} beside the model. Done once per model, before it is served; the samples are the model owner's own, in plaintext.
 *
 * <pre>
 * --model DIR              model.safetensors, config.json
 * --input PATH             sample rows
 * --format FORMAT          of the input (parquet)
 * --features-column NAME   array of numbers (features)
 * --rows N                 at most so many rows (10000)
 * --properties FILE, --conf KEY=VALUE   Spark's configuration
 * </pre>
 */
public final class CalibrateApplication {
  private CalibrateApplication() {}

  public static void main(String[] arguments) {
    try {
      run(new CommandLine(arguments, Set.of("model", "input", "format", "features-column", "rows"), Set.of()));
    } catch (ConfException | ModelException e) {
      System.err.println("secmoe calibrate: " + e.getMessage());
      System.exit(2);
    }
  }

  static void run(CommandLine options) {
    Path model = Path.of(options.require("model"));
    String input = options.require("input");
    SparkConf conf = options.sparkConf();
    conf.setIfMissing("spark.app.name", "secmoe-calibrate");
    conf.setIfMissing("spark.master", "local[*]");
    SparkSession session = SparkSession.builder().config(conf).getOrCreate();
    try {
      float[][] samples = read(session, options, input);
      CalibrateCommand.run(model, samples);
      System.out.println("calibrated on " + samples.length + " rows: " + model.resolve("calibration.json"));
    } finally {
      session.stop();
    }
  }

  private static float[][] read(SparkSession session, CommandLine options, String input) {
    String column = options.get("features-column", "features");
    Dataset<Row> table = session.read().format(options.get("format", "parquet")).load(input);
    if (!List.of(table.columns()).contains(column)) {
      throw new ConfException("the input " + input + " has no column '" + column + "'; it has " + String.join(", ", table.columns())
          + ": name one with --features-column");
    }
    List<Row> rows = table.select(functions.col(column).cast("array<float>")).na().drop()
        .limit(options.number("rows", 10_000, 1)).collectAsList();
    return rows.stream().map(row -> toFloats(row.getList(0))).toArray(float[][]::new);
  }

  private static float[] toFloats(List<Float> values) {
    float[] out = new float[values.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = values.get(i) == null ? Float.NaN : values.get(i);
    }
    return out;
  }
}
