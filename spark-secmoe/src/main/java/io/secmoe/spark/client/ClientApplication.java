// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import io.secmoe.flight.tls.IdentityException;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.layers.StatisticalLoss;
import io.secmoe.network.Sequences;
import io.secmoe.spark.attempt.TaskMemory;
import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.memory.MemoryOverhead;
import io.secmoe.spark.metrics.CostPicture;
import io.secmoe.spark.metrics.CostReport;
import io.secmoe.spark.metrics.ProgressBoard;
import io.secmoe.spark.process.StdinWatch;
import io.secmoe.spark.remote.BatchLimits;
import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.remote.InferenceException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The data owner's Spark application: reads a table, adds predictions made privately by a server's
 * model, writes it.
 *
 * <pre>
 * --input PATH               the table
 * --format FORMAT            of the input, any that Spark reads (parquet)
 * --input-option KEY=VALUE   of its reader, such as header=true; as often as you like.
 *                            With options the path may be missing
 * --partitions N             repartition the input first
 * --features-column NAME     array of numbers (features); or, where the model takes tokens,
 * --tokens-column NAME       array of integers, or with spark.secmoe.text.vocabulary text
 * --features-expression SQL  computes either from other columns, such as array(a, b, c) or
 *                            from_json(pixels, 'array&lt;float&gt;')
 * --prediction-column NAME   to be added (prediction)
 * --label-column NAME        to be added (label)
 * --logits-column NAME       to be added (logits)
 * --embedding-column NAME    to be added instead of the three, where the server reveals
 *                            embeddings (embedding)
 * --reason-column NAME       to be added with spark.secmoe.rows.invalid=null: why a row with an
 *                            input has no prediction (null_reason)
 * --output PATH              where the table with predictions is written
 * --output-format FORMAT     any that Spark writes (parquet)
 * --output-option KEY=VALUE  of its writer. With options the path may be missing
 * --output-columns A,B,C     the columns to write (all of the input's and the added ones)
 * --mode MODE                errorifexists (default), overwrite or append
 * --costs FILE               picture of where bytes and seconds went, PNG
 * --attempts FILE            every attempt with its epoch, key fingerprint and bytes, one JSON
 *                            object a line
 * --stop-on-stdin-close      give up when standard input is closed
 * --properties FILE          configuration, see {@link SecMoeConf}
 * --conf KEY=VALUE           one configuration key
 * </pre>
 *
 * <p>Exit codes: 0 done, 1 failed while it ran, 2 cannot be run like this, 130 ended by Ctrl-C,
 * which says what was paid for until then.
 */
public final class ClientApplication {
  private static final Set<String> OPTIONS =
      Set.of(
          "input",
          "format",
          "input-option",
          "partitions",
          "features-column",
          "tokens-column",
          "features-expression",
          "prediction-column",
          "label-column",
          "logits-column",
          "embedding-column",
          "reason-column",
          "output",
          "output-format",
          "output-option",
          "output-columns",
          "mode",
          "costs",
          "attempts");

  private ClientApplication() {}

  public static void main(String[] arguments) {
    Interruption interruption = Interruption.await();
    int code = 0;
    try {
      run(new CommandLine(arguments, OPTIONS, Set.of("stop-on-stdin-close")), interruption);
    } catch (ConfException | ModelException | IdentityException e) {
      code = fail(2, e.getMessage());
    } catch (InferenceException e) {
      code = fail(e.kind() == InferenceException.Kind.UNUSABLE ? 2 : 1, e.getMessage());
    } catch (Exception e) {
      code = interruption.asked() ? 1 : fail(1, ClientPlugin.lastWord().orElseGet(() -> named(e)));
    }
    interruption.ended();
    System.exit(code);
  }

  private static int fail(int code, String message) {
    System.err.println("secmoe client: " + message);
    return code;
  }

  /** Returns the message of the error at the bottom. The errors above it are Spark's wrappers. */
  private static String named(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null && !(cause instanceof InferenceException)) {
      cause = cause.getCause();
    }
    return cause.toString();
  }

  /** Runs the application. Errors in arguments and configuration are found before Spark starts. */
  private static void run(CommandLine options, Interruption interruption) throws Exception {
    InputTable input = InputTable.of(options);
    OutputTable output = OutputTable.of(options);
    Columns columns = columns(options);
    if (options.has("stop-on-stdin-close")) {
      StdinWatch.start(() -> System.exit(fail(1, "standard input was closed")));
    }
    SparkConf spark = configuration(options);
    SecMoeConf conf = SecMoeConf.of(spark);
    MemoryOverhead.check(spark);
    AttemptsFile attempts = new AttemptsFile();
    SparkSession session = SparkSession.builder().config(spark).getOrCreate();
    interruption.cancels(session.sparkContext());
    String paid;
    boolean written = false;
    try {
      output.reach(session.sparkContext().hadoopConfiguration());
      Dataset<Row> table = input.read(session, columns.input());
      PrivateInference inference = PrivateInference.connect(session, conf);
      TaskMemory.check(
          inference.model(),
          conf,
          BatchLimits.of(inference.model().layers().input(), conf).largest());
      ClientPlugin.listen(attempts::hear);
      write(inference.infer(table, columns, column -> "--" + column + "-column"), output);
      written = true;
      summarise(new CostReport(inference.reports()), output, options);
      invalidRows(inference, columns).ifPresent(System.out::println);
      System.out.println(statisticalLoss(inference, conf));
    } finally {
      paid = ClientPlugin.board().map(ProgressBoard::paid).orElse("");
      if (!written) {
        LastTasks.await(session.sparkContext());
      }
      session.stop();
      options.get("attempts").ifPresent(file -> attempts.write(Path.of(file)));
      if (!written) {
        output.discardIfEmpty();
      }
      if (interruption.asked()) {
        System.err.println(
            "secmoe client: ended early. Paid for: "
                + paid
                + ". "
                + (written ? "Predictions: " + output : output.unwritten()));
      }
    }
  }

  private static Optional<String> invalidRows(PrivateInference inference, Columns columns) {
    long rows = inference.invalidRows();
    return rows == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d rows were not sent, because the model does not take their input: column '%s'"
                    + " says why",
                rows,
                columns.reason()));
  }

  private static Columns columns(CommandLine options) {
    Columns names = Columns.DEFAULT;
    return new Columns(
            names.given(),
            names.input(),
            options.get("prediction-column", names.prediction()),
            options.get("label-column", names.label()),
            options.get("logits-column", names.logits()),
            options.get("embedding-column", names.embedding()),
            options.get("reason-column", names.reason()))
        .reading(
            options.get("features-column").orElse(null),
            "--features-column",
            options.get("tokens-column").orElse(null),
            "--tokens-column");
  }

  private static void write(Dataset<Row> predicted, OutputTable output) throws Exception {
    try {
      output.write(predicted);
    } finally {
      ClientPlugin.settleConsole();
    }
  }

  private static void summarise(CostReport costs, OutputTable output, CommandLine options) {
    System.out.println(costs.table());
    System.out.println(
        String.format(
            Locale.ROOT,
            "private part: %.1f s from the first ticket to the end of the last batch",
            costs.wallSeconds()));
    System.out.println("predictions: " + output);
    options
        .get("costs")
        .ifPresent(
            file -> {
              CostPicture.write(costs, Path.of(file));
              System.out.println("picture of the costs: " + file);
            });
  }

  /** Says how much of the weights' noise flooding leaves in the answers, for the largest batch. */
  private static String statisticalLoss(PrivateInference inference, SecMoeConf conf) {
    Sequences largest =
        inference.reports().stream()
            .map(report -> new Sequences(report.rows(), report.batch().length()))
            .max(Comparator.comparingInt(Sequences::tokens))
            .orElse(new Sequences(1, 1));
    double bits =
        StatisticalLoss.log2(inference.model().layers(), conf.get(SecMoeConf.STRATEGY), largest);
    return String.format(
        Locale.ROOT,
        "statistical loss of the server's flooding: at most 2^%.1f an attempt (see SECURITY.md)",
        bits);
  }

  private static SparkConf configuration(CommandLine options) {
    SparkConf conf = options.sparkConf();
    conf.setIfMissing("spark.app.name", "secmoe-client");
    conf.setIfMissing("spark.master", "local[*,4]");
    conf.setIfMissing(SecMoeConf.PROGRESS_CONSOLE.key(), "true");
    String plugins = conf.get("spark.plugins", "");
    if (!plugins.contains(ClientPlugin.class.getName())) {
      conf.set(
          "spark.plugins",
          plugins.isEmpty()
              ? ClientPlugin.class.getName()
              : plugins + "," + ClientPlugin.class.getName());
    }
    return conf;
  }
}
