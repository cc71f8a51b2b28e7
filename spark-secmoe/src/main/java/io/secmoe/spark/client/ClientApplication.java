package io.secmoe.spark.client;

import io.secmoe.flight.IdentityException;
import io.secmoe.model.ModelException;
import io.secmoe.model.StatisticalLoss;
import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.CostPicture;
import io.secmoe.spark.metrics.CostReport;
import io.secmoe.spark.task.StdinWatch;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * The data owner's Spark application: reads a table, adds predictions made privately by a server's model, writes it.
 *
 * <pre>
 * --input PATH               the table
 * --format FORMAT            of the input (parquet)
 * --output PATH              where Parquet is written
 * --mode MODE                errorifexists (default) or overwrite
 * --features-column NAME     array of numbers (features)
 * --prediction-column NAME   to be added (prediction)
 * --label-column NAME        to be added (label)
 * --logits-column NAME       to be added (logits)
 * --partitions N             repartition the input first
 * --costs FILE               picture of where bytes and seconds went, PNG
 * --stop-on-stdin-close      give up when standard input is closed
 * --properties FILE          configuration, see {@link SecMoeConf}
 * --conf KEY=VALUE           one configuration key
 * </pre>
 *
 * <p>Exit codes: 0 done, 1 failed while it ran, 2 cannot be run like this.
 */
public final class ClientApplication {
  private ClientApplication() {}

  public static void main(String[] arguments) {
    int code = 0;
    try {
      run(new CommandLine(arguments, Set.of("input", "format", "output", "mode", "features-column", "prediction-column", "label-column",
          "logits-column", "partitions", "costs"), Set.of("stop-on-stdin-close")));
    } catch (ConfException | ModelException | IdentityException e) {
      code = fail(2, e.getMessage());
    } catch (InferenceException e) {
      code = fail(e.kind() == InferenceException.Kind.UNUSABLE ? 2 : 1, e.getMessage());
    } catch (Exception e) {
      code = fail(1, ClientPlugin.lastWord().orElseGet(() -> named(e)));
    }
    System.exit(code);
  }

  private static int fail(int code, String message) {
    System.err.println("secmoe client: " + message);
    return code;
  }

  /** The message of the error at the bottom: above it are Spark's wrappers. */
  private static String named(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null && !(cause instanceof InferenceException)) {
      cause = cause.getCause();
    }
    return cause.toString();
  }

  private static void run(CommandLine options) {
    String input = options.require("input");
    String path = options.require("output");
    SaveMode mode = mode(options.get("mode", "errorifexists"));
    Columns columns = new Columns(options.get("features-column", Columns.DEFAULT.features()),
        options.get("prediction-column", Columns.DEFAULT.prediction()),
        options.get("label-column", Columns.DEFAULT.label()), options.get("logits-column", Columns.DEFAULT.logits()));
    if (options.has("stop-on-stdin-close")) {
      StdinWatch.start(() -> System.exit(fail(1, "standard input was closed")));
    }
    SparkConf spark = configuration(options);
    SecMoeConf conf = SecMoeConf.of(spark);
    SparkSession session = SparkSession.builder().config(spark).getOrCreate();
    Output output = new Output(path, session.sparkContext().hadoopConfiguration());
    boolean written = false;
    try {
      Dataset<Row> table = read(session, options.get("format", "parquet"), input);
      if (options.get("partitions").isPresent()) {
        table = table.repartition(options.number("partitions", 1, 1));
      }
      PrivateInference inference = PrivateInference.connect(session, conf);
      write(inference.infer(table, columns), output, mode);
      written = true;
      summarise(new CostReport(inference.reports()), output, options);
      System.out.println(statisticalLoss(inference, conf));
    } finally {
      session.stop();
      if (!written) {
        output.discardIfEmpty();
      }
    }
  }

  private static Dataset<Row> read(SparkSession session, String format, String input) {
    try {
      return session.read().format(format).load(input);
    } catch (RuntimeException e) {
      throw unreadable(input, e);
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw unreadable(input, e);
      }
      throw e;
    }
  }

  private static InferenceException unreadable(String input, Exception e) {
    return new InferenceException(InferenceException.Kind.UNUSABLE, "the input " + input + " cannot be read: "
        + e.getMessage().lines().findFirst().orElse(e.toString()), e);
  }

  private static void write(Dataset<Row> predicted, Output output, SaveMode mode) {
    try {
      output.write(predicted, mode);
    } finally {
      ClientPlugin.settleConsole();
    }
  }

  private static void summarise(CostReport costs, Output output, CommandLine options) {
    System.out.println(costs.table());
    System.out.println(String.format(Locale.ROOT, "private part: %.1f s from the first ticket to the end of the last batch",
        costs.wallSeconds()));
    System.out.println("predictions: " + output);
    options.get("costs").ifPresent(file -> {
      CostPicture.write(costs, Path.of(file));
      System.out.println("picture of the costs: " + file);
    });
  }

  /** What flooding leaves of the weights' noise in the answers, for the largest batch. */
  private static String statisticalLoss(PrivateInference inference, SecMoeConf conf) {
    int rows = inference.reports().stream().mapToInt(AttemptReport::rows).max().orElse(1);
    double bits = StatisticalLoss.log2(inference.model().layers(), conf.get(SecMoeConf.STRATEGY), rows);
    return String.format(Locale.ROOT, "statistical loss of the server's flooding: at most 2^%.1f an attempt (see SECURITY.md)", bits);
  }

  private static SaveMode mode(String name) {
    return switch (name) {
      case "errorifexists" -> SaveMode.ErrorIfExists;
      case "overwrite" -> SaveMode.Overwrite;
      default -> throw new ConfException("argument --mode has the value '" + name + "'; allowed: errorifexists, overwrite");
    };
  }

  private static SparkConf configuration(CommandLine options) {
    SparkConf conf = options.sparkConf();
    conf.setIfMissing("spark.app.name", "secmoe-client");
    conf.setIfMissing("spark.master", "local[*,4]");
    conf.setIfMissing(SecMoeConf.PROGRESS_CONSOLE.key(), "true");
    String plugins = conf.get("spark.plugins", "");
    if (!plugins.contains(ClientPlugin.class.getName())) {
      conf.set("spark.plugins", plugins.isEmpty() ? ClientPlugin.class.getName() : plugins + "," + ClientPlugin.class.getName());
    }
    return conf;
  }
}
