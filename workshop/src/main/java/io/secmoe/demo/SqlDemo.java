// SPDX-License-Identifier: Apache-2.0
package io.secmoe.demo;

import io.secmoe.flight.tls.DemoCertificates;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.spark.conf.CommandLine;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.CostReport;
import io.secmoe.spark.remote.RemoteModels;
import io.secmoe.spark.server.ServerApplication;
import io.secmoe.udf.SecMoeExtensions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * SQL with private predictions, tried on one machine: a server with the digits model as a process
 * of its own, and a query of this one over the table {@code digits} (id, features, label, split,
 * tokens).
 *
 * <pre>
 * --sql QUERY     one query (how many images show which digit)
 * --digits DIR    data and model (notebooks/digits)
 * --conf-dir DIR  server.conf, client.conf, log4j2.properties (conf)
 * --work DIR      certificates, the server's log (target/sql)
 * </pre>
 */
public final class SqlDemo {
  private static final String QUERY =
      "SELECT secmoe_label(tokens) AS digit, count(*) AS images FROM digits GROUP BY 1 ORDER BY 1";
  private static final int SHOWN = 40;
  private static final long START_MILLIS = 180_000;

  private final Path digits;
  private final Path conf;
  private final Path work;

  private SqlDemo(CommandLine options) {
    digits = Path.of(options.get("digits", "notebooks/digits"));
    conf = Path.of(options.get("conf-dir", "conf"));
    work = Path.of(options.get("work", "target/sql"));
  }

  public static void main(String[] arguments) throws Exception {
    CommandLine options =
        new CommandLine(arguments, Set.of("sql", "digits", "conf-dir", "work"), Set.of());
    String query = options.get("sql", "").isBlank() ? QUERY : options.get("sql", "");
    new SqlDemo(options).run(query);
  }

  private void run(String query) throws IOException, InterruptedException {
    Files.createDirectories(work);
    DemoCertificates authority =
        DemoCertificates.authority(work.resolve("certificates"), "CN=Demo Authority");
    Path ready = work.resolve("server.ready");
    Files.deleteIfExists(ready);
    TlsFiles client = authority.issue("client", "CN=Demo Data Owner");
    System.out.println("secmoe sql: starting the model owner's server");
    try (LocalProcess server = server(authority.issue("server", "CN=Demo Model Owner"), ready)) {
      awaitReady(server, ready);
      CommandLine settings =
          new CommandLine(
              new String[] {
                "--properties",
                conf.resolve("client.conf").toString(),
                "--properties",
                ready.toString()
              },
              Set.of(),
              Set.of());
      answer(settings.sparkConf(), client, query);
    }
  }

  private LocalProcess server(TlsFiles tls, Path ready) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--properties",
                conf.resolve("server.conf").toString(),
                "--model",
                digits.resolve("model").toString(),
                "--ready-file",
                ready.toString(),
                "--stop-on-stdin-close"));
    files(tls).forEach((key, value) -> arguments.addAll(List.of("--conf", key + "=" + value)));
    for (String setting :
        List.of(
            "spark.master=local[2,4]",
            "spark.ui.enabled=false",
            SecMoeConf.LISTEN_HOST.key() + "=127.0.0.1",
            SecMoeConf.ADVERTISED_HOST.key() + "=127.0.0.1",
            SecMoeConf.NATIVE_THREADS.key() + "=2")) {
      arguments.addAll(List.of("--conf", setting));
    }
    return LocalProcess.start(
        LocalProcess.builder(
                ServerApplication.class, "1g", conf.resolve("log4j2.properties"), arguments)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("server.log").toFile()));
  }

  private void awaitReady(LocalProcess server, Path ready)
      throws IOException, InterruptedException {
    long until = System.currentTimeMillis() + START_MILLIS;
    while (!Files.exists(ready)) {
      if (!server.alive() || System.currentTimeMillis() > until) {
        throw new IOException(
            "the server did not get ready; it says:\n"
                + Files.readString(work.resolve("server.log")));
      }
      Thread.sleep(100);
    }
  }

  private void answer(SparkConf settings, TlsFiles tls, String query) throws IOException {
    files(tls).forEach(settings::set);
    settings
        .setAppName("secmoe-sql")
        .setMaster("local[2,4]")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.sql.extensions", SecMoeExtensions.class.getName())
        .set("spark.ui.enabled", "false")
        .set(SecMoeConf.NATIVE_THREADS.key(), "2")
        .set(SecMoeConf.PROGRESS_CONSOLE.key(), "true");
    try (SparkSession spark = SparkSession.builder().config(settings).getOrCreate()) {
      spark
          .read()
          .parquet(digits.resolve("digits.parquet").toString())
          .createOrReplaceTempView("digits");
      System.out.println("secmoe sql: " + query);
      spark.sql(query).show(SHOWN, false);
      System.out.println(
          new CostReport(RemoteModels.reports(spark.sparkContext()).value()).table());
    }
  }

  private static Map<String, String> files(TlsFiles tls) {
    return Map.of(
        SecMoeConf.KEY_STORE.key(),
        tls.keyStore().toAbsolutePath().toString(),
        SecMoeConf.KEY_STORE_PASSWORD_FILE.key(),
        tls.keyStorePasswordFile().toAbsolutePath().toString(),
        SecMoeConf.TRUST_STORE.key(),
        tls.trustStore().toAbsolutePath().toString(),
        SecMoeConf.TRUST_STORE_PASSWORD_FILE.key(),
        tls.trustStorePasswordFile().toAbsolutePath().toString());
  }
}
