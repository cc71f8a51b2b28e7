// SPDX-License-Identifier: Apache-2.0
package io.secmoe.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.flight.tls.DemoCertificates;
import io.secmoe.flight.tls.TlsFiles;
import io.secmoe.spark.Parties;
import io.secmoe.spark.client.ClientApplication;
import io.secmoe.spark.server.ServerApplication;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The two applications as their users start them, each in a JVM of its own, on the example model.
 */
@Timeout(360)
class TwoProcessesTest {
  private static final Path DIGITS = Path.of("..", "notebooks", "digits");
  private static final Path CONF = Path.of("..", "conf");
  private static final int ROWS = 40;

  /** The exit code of a process that SIGINT ended: 128 more than its number. */
  private static final int INTERRUPTED = 130;

  @TempDir Path folder;

  private final List<Process> processes = new ArrayList<>();
  private DemoCertificates authority;
  private TlsFiles serverFiles;
  private TlsFiles clientFiles;

  @BeforeEach
  void start() throws Exception {
    authority = DemoCertificates.authority(folder.resolve("certificates"), "CN=Test Authority");
    serverFiles = authority.issue("server", "CN=server,O=Test");
    clientFiles = authority.issue("client", "CN=client,O=Test");
  }

  @AfterEach
  void nothingRunsOn() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void inferTogetherAndTheClientOutlivesItsServer() throws Exception {
    Path input = input();
    Process server = server();
    awaitText("server.ready", "digest", server);

    Process missing = client("missing", folder.resolve("absent.parquet"));
    Process good = client("good", input);
    assertEquals(2, exitCode(missing));
    assertTrue(
        text("missing.err")
            .contains("the input " + folder.resolve("absent.parquet") + " cannot be read"),
        text("missing.err"));
    assertEquals(0, exitCode(good), () -> text("good.err"));
    withSpark(
        spark -> {
          PlaintextComparison comparison =
              PlaintextComparison.of(
                  spark, folder.resolve("good.parquet"), DIGITS.resolve("token-wise/model"));
          assertEquals(ROWS, comparison.rows());
          assertTrue(comparison.holds(), comparison.toString());
        });
    assertTrue(
        text("good.out").contains("in 2 attempts")
            && text("good.err").contains("2 batches done, 40 rows"),
        text("good.out"));
    assertTrue(Files.size(folder.resolve("good.png")) > 10_000);

    Process orphan = client("orphan", input, "--conf", "spark.secmoe.server.wait=3s");
    awaitText("orphan.err", " linear", orphan);
    server.destroyForcibly();
    assertEquals(1, exitCode(orphan));
    assertTrue(
        text("orphan.err")
            .matches(
                "(?s).*secmoe client: .*batch 0 of partition [01] cannot be inferred: the server"
                    + " has been away for longer than spark.secmoe.server.wait, 3.0 s.*, attempts:"
                    + " 2, last reason: UNREACHABLE.*"),
        text("orphan.err"));
    assertEquals(List.of(), written("orphan.parquet"), () -> text("orphan.err"));
  }

  @Test
  void aServerThatIsKilledAndStartedAgainOnItsPortIsWaitedFor() throws Exception {
    Path input = input();
    String port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = "spark.secmoe.listen.driverPorts=" + free.getLocalPort();
    }
    Process first = server("--conf", port);
    awaitText("server.ready", "digest", first);
    Process patient = client("patient", input, "--conf", "spark.secmoe.batch.retries=1");
    awaitText("patient.err", " linear", patient);
    first.destroyForcibly().waitFor();
    awaitText("patient.err", "server away, waiting for", patient);
    server("--conf", port);
    assertEquals(0, exitCode(patient), () -> text("patient.err"));
    assertTrue(text("patient.err").contains("2 batches done, 40 rows"), text("patient.err"));
    withSpark(
        spark ->
            assertEquals(
                ROWS,
                spark
                    .read()
                    .parquet(folder.resolve("patient.parquet").toString())
                    .where("predicted_label is not null")
                    .count()));
  }

  @Test
  void theServerEndsWhenItsStandardInputIsClosed() throws Exception {
    Process server = server();
    awaitText("server.ready", "digest", server);
    server.getOutputStream().close();
    assertEquals(0, exitCode(server), () -> text("server.err"));
    assertTrue(
        text("server.out").contains("secmoe server ready: model 'digits-moe', address 127.0.0.1:"),
        text("server.out"));
  }

  /** Ten batches: the signal comes when some are done, and others are on their way or wait. */
  @Test
  void ctrlCEndsBothPartiesInGoodOrder() throws Exception {
    Path input = input();
    Process server = server();
    awaitText("server.ready", "digest", server);
    Process client = client("stopped", input, "--conf", "spark.secmoe.batch.rows=4");
    await("stopped.err", text -> text.matches("(?s).*\\b[1-9] batch(es)? done, .*"), client);
    interrupt(client);
    assertEquals(INTERRUPTED, exitCode(client));
    List<String> lines =
        text("stopped.err")
            .lines()
            .filter(
                line ->
                    !line.contains(" rows (")
                        && !line.startsWith("secmoe: an attempt of partition"))
            .toList();
    assertEquals(1, lines.size(), () -> text("stopped.err"));
    assertTrue(
        lines
            .get(0)
            .matches(
                "secmoe client: ended early\\. Paid for: [1-9] batch(es)? with [1-9]\\d* rows,"
                    + " [0-9.]+ MB in all\\. Nothing was written to .*stopped\\.parquet\\."),
        lines.get(0));
    assertEquals(List.of(), written("stopped.parquet"), () -> text("stopped.err"));

    interrupt(server);
    assertEquals(INTERRUPTED, exitCode(server));
    // It warns of each attempt that the client gave up.
    assertEquals(
        0,
        text("server.err")
            .lines()
            .filter(line -> !line.contains(" WARN ExecutorSide: Attempt "))
            .count(),
        () -> text("server.err"));
    assertTrue(text("server.out").contains("secmoe server: stopped"), text("server.out"));
  }

  /** Returns an output and all that it holds, or nothing if it is not there. */
  private List<Path> written(String name) throws IOException {
    Path output = folder.resolve(name);
    if (!Files.exists(output)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(output)) {
      return all.map(folder::relativize).toList();
    }
  }

  private static void interrupt(Process process) throws Exception {
    assertEquals(
        0,
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor());
  }

  private Path input() throws Exception {
    Path input = folder.resolve("digits.parquet");
    String all = DIGITS.resolve("digits.parquet").toString();
    withSpark(
        spark ->
            spark.read().parquet(all).limit(ROWS).coalesce(1).write().parquet(input.toString()));
    return input;
  }

  private Process server(String... more) throws IOException {
    List<String> arguments = arguments("server.conf", serverFiles);
    arguments.addAll(List.of(more));
    arguments.addAll(
        List.of(
            "--model",
            DIGITS.resolve("token-wise/model").toString(),
            "--ready-file",
            folder.resolve("server.ready").toString(),
            "--stop-on-stdin-close",
            "--conf",
            "spark.secmoe.listen.host=127.0.0.1",
            "--conf",
            "spark.secmoe.advertised.host=127.0.0.1"));
    return start("server", ServerApplication.class, arguments);
  }

  private Process client(String name, Path input, String... more) throws IOException {
    List<String> arguments = arguments("client.conf", clientFiles);
    arguments.addAll(List.of(more));
    arguments.addAll(
        List.of(
            "--input",
            input.toString(),
            "--output",
            folder.resolve(name + ".parquet").toString(),
            "--partitions",
            "2",
            "--label-column",
            "predicted_label",
            "--costs",
            folder.resolve(name + ".png").toString(),
            "--stop-on-stdin-close"));
    for (String line : Files.readAllLines(folder.resolve("server.ready"))) {
      arguments.addAll(List.of("--conf", line.replaceFirst(" ", "=")));
    }
    return start(name, ClientApplication.class, arguments);
  }

  private static List<String> arguments(String properties, TlsFiles tls) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--properties",
                CONF.resolve(properties).toString(),
                "--conf",
                "spark.master=local[2,4]",
                "--conf",
                "spark.ui.enabled=false"));
    Parties.KRYO.forEach((key, value) -> arguments.addAll(List.of("--conf", key + "=" + value)));
    Parties.tls(tls)
        .forEach((key, value) -> arguments.addAll(List.of("--conf", key + "=" + value)));
    return arguments;
  }

  private Process start(String name, Class<?> main, List<String> arguments) throws IOException {
    ProcessBuilder builder =
        LocalProcess.builder(main, "700m", CONF.resolve("log4j2.properties"), arguments)
            .redirectOutput(folder.resolve(name + ".out").toFile())
            .redirectError(folder.resolve(name + ".err").toFile());
    // Shells let their jobs in the background ignore Ctrl-C, and so do the jobs' own processes.
    builder.command().addAll(0, List.of("env", "--default-signal=INT"));
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertTrue(process.waitFor(240, TimeUnit.SECONDS));
    return process.exitValue();
  }

  private void awaitText(String file, String wanted, Process process) throws InterruptedException {
    await(file, text -> text.contains(wanted), process);
  }

  private void await(String file, Predicate<String> wanted, Process process)
      throws InterruptedException {
    while (!Files.exists(folder.resolve(file)) || !wanted.test(text(file))) {
      assertTrue(
          process.isAlive(),
          () -> "it ended before " + file + " had what was waited for: " + text(file));
      Thread.sleep(50);
    }
  }

  private String text(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      return "";
    }
  }

  private interface Work {
    void with(SparkSession spark) throws Exception;
  }

  private static void withSpark(Work work) throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .appName("test")
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate()) {
      work.with(spark);
    }
  }
}
