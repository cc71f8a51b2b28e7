// SPDX-License-Identifier: Apache-2.0
package io.secmoe.demo;

import io.secmoe.flight.tls.DemoCertificates;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.spark.client.ClientApplication;
import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.server.ServerApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/**
 * Classifies the 1,797 handwritten digits of the example privately: a server with the model and a
 * client with the images, as two Spark applications in two processes on this machine, with
 * certificates of their own; then compares with the plaintext model.
 *
 * <pre>
 * --digits DIR    data and model (notebooks/digits)
 * --conf-dir DIR  server.conf, client.conf, log4j2.properties (conf)
 * --work DIR      certificates, predictions, picture (target/demo)
 * </pre>
 *
 * <p>Exit code 1 if a party fails or needs 3 GiB, if fewer than 99.5 % of the labels agree, or if
 * logits differ by more than 0.05 in more than one row of a hundred, or by more than 0.15 in any.
 */
public final class Demo {
  private static final String HEAP = "1g";
  private static final int PARTITIONS = 4;
  private static final long MAX_MIB = 3 * 1024;
  private static final long START_MILLIS = 180_000;
  private static final long END_SECONDS = 60;

  private final Path digits;
  private final Path conf;
  private final Path work;

  private Demo(CommandLine options) {
    digits = Path.of(options.get("digits", "notebooks/digits"));
    conf = Path.of(options.get("conf-dir", "conf"));
    work = Path.of(options.get("work", "target/demo"));
  }

  public static void main(String[] arguments) throws Exception {
    boolean good =
        new Demo(new CommandLine(arguments, Set.of("digits", "conf-dir", "work"), Set.of())).run();
    System.exit(good ? 0 : 1);
  }

  private boolean run() throws IOException, InterruptedException {
    Files.createDirectories(work);
    DemoCertificates authority =
        DemoCertificates.authority(work.resolve("certificates"), "CN=Demo Authority");
    Path ready = work.resolve("server.ready");
    Files.deleteIfExists(ready);
    say(
        "starting the model owner and the data owner: two Spark applications, each with a"
            + " certificate of its own");
    long serverMib;
    long clientMib;
    try (LocalProcess server = server(authority.issue("server", "CN=Demo Model Owner"), ready)) {
      if (!awaitReady(server, ready)) {
        say("the server did not get ready; see above");
        return false;
      }
      try (LocalProcess client = client(authority.issue("client", "CN=Demo Data Owner"), ready)) {
        int code = client.await();
        clientMib = client.peakMib();
        if (code != 0) {
          say("the client failed with exit code " + code + "; see above");
          return false;
        }
      }
      serverMib = server.peakMib();
      if (!server.end(END_SECONDS)) {
        say("the server did not end within " + END_SECONDS + " s");
        return false;
      }
    }
    return report(serverMib, clientMib);
  }

  private LocalProcess server(TlsFiles tls, Path ready) throws IOException {
    List<String> arguments = arguments("server.conf", tls);
    arguments.addAll(
        List.of(
            "--model",
            digits.resolve("model").toString(),
            "--ready-file",
            ready.toString(),
            "--stop-on-stdin-close"));
    arguments.addAll(set(SecMoeConf.LISTEN_HOST.key(), "127.0.0.1"));
    arguments.addAll(set(SecMoeConf.ADVERTISED_HOST.key(), "127.0.0.1"));
    return LocalProcess.start(
        ServerApplication.class, HEAP, conf.resolve("log4j2.properties"), arguments);
  }

  private LocalProcess client(TlsFiles tls, Path ready) throws IOException {
    List<String> arguments = arguments("client.conf", tls);
    arguments.addAll(
        List.of(
            "--input",
            digits.resolve("digits.parquet").toString(),
            "--tokens-column",
            "tokens",
            "--output",
            predictions().toString(),
            "--label-column",
            "predicted_label",
            "--mode",
            "overwrite",
            "--partitions",
            Integer.toString(PARTITIONS),
            "--costs",
            picture().toString(),
            "--stop-on-stdin-close"));
    for (String line : Files.readAllLines(ready)) {
      String[] pair = line.split(" ", 2);
      arguments.addAll(set(pair[0], pair[1]));
    }
    return LocalProcess.start(
        ClientApplication.class, HEAP, conf.resolve("log4j2.properties"), arguments);
  }

  /** Starts both sides with two task slots, for two attempts at a time. */
  private List<String> arguments(String properties, TlsFiles tls) {
    List<String> arguments =
        new ArrayList<>(List.of("--properties", conf.resolve(properties).toString()));
    arguments.addAll(set("spark.master", "local[2,4]"));
    arguments.addAll(set("spark.ui.enabled", "false"));
    arguments.addAll(set(SecMoeConf.KEY_STORE.key(), tls.keyStore().toString()));
    arguments.addAll(
        set(SecMoeConf.KEY_STORE_PASSWORD_FILE.key(), tls.keyStorePasswordFile().toString()));
    arguments.addAll(set(SecMoeConf.TRUST_STORE.key(), tls.trustStore().toString()));
    arguments.addAll(
        set(SecMoeConf.TRUST_STORE_PASSWORD_FILE.key(), tls.trustStorePasswordFile().toString()));
    return arguments;
  }

  private static List<String> set(String key, String value) {
    return List.of("--conf", key + "=" + value);
  }

  private static boolean awaitReady(LocalProcess server, Path ready) throws InterruptedException {
    long until = System.currentTimeMillis() + START_MILLIS;
    while (server.alive() && System.currentTimeMillis() < until) {
      if (Files.exists(ready)) {
        return true;
      }
      Thread.sleep(100);
    }
    return false;
  }

  private boolean report(long serverMib, long clientMib) {
    say("comparing with the plaintext model");
    PlaintextComparison comparison;
    try (SparkSession spark =
        SparkSession.builder()
            .appName("secmoe-demo")
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()) {
      comparison = PlaintextComparison.of(spark, predictions(), digits.resolve("model"));
    } catch (IOException e) {
      throw new UncheckedIOException("Spark did not stop in good order", e);
    }
    double percent = 100.0 / comparison.rows();
    line(
        "accuracy, private",
        String.format(
            Locale.ROOT,
            "%.2f %% of %,d digits",
            comparison.correct() * percent,
            comparison.rows()));
    line(
        "accuracy, plaintext",
        String.format(Locale.ROOT, "%.2f %%", comparison.plainCorrect() * percent));
    line(
        "labels that agree",
        String.format(
            Locale.ROOT,
            "%.2f %% (%,d of %,d)",
            comparison.agreeing() * percent,
            comparison.agreeing(),
            comparison.rows()));
    line(
        "largest logit difference",
        String.format(
            Locale.ROOT,
            "%.4f (%.4f in 99 %% of them)",
            comparison.largestDifference(),
            comparison.usualDifference()));
    line("peak memory, server", String.format(Locale.ROOT, "%,d MiB resident", serverMib));
    line("peak memory, client", String.format(Locale.ROOT, "%,d MiB resident", clientMib));
    line("predictions", predictions().toString());
    line("picture of the costs", picture().toString());
    boolean small = Math.max(serverMib, clientMib) < MAX_MIB;
    if (!comparison.holds() || !small) {
      say(
          "FAILED: at least 99.5 % of the labels must agree, logits must not differ by more than"
              + " 0.05 in 99 % of the rows nor by more than 0.15 in any, memory must stay under 3"
              + " GiB");
    }
    return comparison.holds() && small;
  }

  private Path predictions() {
    return work.resolve("predictions.parquet");
  }

  private Path picture() {
    return work.resolve("costs.png");
  }

  private static void line(String name, String value) {
    System.out.println(String.format(Locale.ROOT, "  %-26s%s", name, value));
  }

  private static void say(String what) {
    System.out.println();
    System.out.println("secmoe demo: " + what);
  }
}
