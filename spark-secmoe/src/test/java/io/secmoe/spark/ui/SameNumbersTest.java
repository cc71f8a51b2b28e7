// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.Tables;
import io.secmoe.spark.client.ClientPlugin;
import io.secmoe.spark.client.PrivateInference;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.Cost;
import io.secmoe.spark.metrics.CostReport;
import io.secmoe.spark.metrics.Units;
import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.server.ServerPlugin;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One run as the meters' reports, the Spark UI over HTTP, the console and Spark's metrics system
 * tell it: the same numbers.
 */
@Timeout(180)
class SameNumbersTest {
  private static final int ROWS = 20;
  private static final int BATCH_ROWS = 8;

  @TempDir static Path folder;

  private static final ByteArrayOutputStream CONSOLE = new ByteArrayOutputStream();
  private static PrintStream stderr;
  private static Parties parties;
  private static List<AttemptReport> reports;

  @BeforeAll
  static void run() throws Exception {
    stderr = System.err;
    System.setErr(new PrintStream(CONSOLE, true, StandardCharsets.UTF_8));
    Path csv = Files.createDirectory(folder.resolve("csv"));
    parties =
        new Parties(
            folder,
            SmallModel.write(folder.resolve("model")),
            Map.of(
                "spark.ui.enabled",
                "true",
                "spark.ui.port",
                "0",
                SecMoeConf.PROGRESS_CONSOLE.key(),
                "true",
                "spark.metrics.conf.*.sink.csv.class",
                "org.apache.spark.metrics.sink.CsvSink",
                "spark.metrics.conf.*.sink.csv.directory",
                csv.toString(),
                "spark.metrics.namespace",
                "test"));
    PrivateInference inference =
        PrivateInference.connect(
            parties.spark(),
            parties.client(Map.of("spark.secmoe.batch.rows", Integer.toString(BATCH_ROWS))));
    assertEquals(
        ROWS,
        inference
            .infer(Tables.small(parties.spark(), ROWS, 2), Columns.DEFAULT)
            .collectAsList()
            .size());
    reports = inference.reports();
    Leftovers.eventually(
        0L,
        () -> gauge("driver.plugin." + ServerPlugin.class.getName(), "runningAttempts"),
        "attempts still running");
  }

  @AfterAll
  static void stop() {
    System.setErr(stderr);
    parties.close();
  }

  @Test
  void theUiShowsWhatTheMetersCounted() throws Exception {
    String page = get("/secmoe/");
    assertTrue(
        page.contains("SecMoE") && page.contains("Private Inference") && page.contains("/jobs/"),
        page);
    List<String> summary = exact(table(page, "secmoe-summary"));
    CostReport report = new CostReport(reports);
    assertEquals(
        List.of(
            "4",
            "20",
            Double.toString(report.figures().rowsPerSecond()),
            Double.toString(20.0 / (4 * BATCH_ROWS)),
            Long.toString(sum().toServer()),
            Long.toString(sum().toClient()),
            Double.toString(sum().rounds()),
            "4",
            "0",
            "0"),
        summary);
    String costs = table(page, "secmoe-costs");
    for (Cost cost : report.costs()) {
      assertTrue(
          costs.contains(
              "<td>"
                  + cost.layer()
                  + "</td><td>"
                  + cost.step()
                  + "</td><td class=\"text-nowrap\""
                  + " sorttable_customkey=\""
                  + cost.toServer()
                  + "\""),
          cost.toString());
    }
    assertEquals(report.costs().size(), table(page, "secmoe-costs").split("<tr>").length - 2);
    assertEquals(4, table(page, "secmoe-attempts").split("text-bg-success").length - 1);
  }

  @Test
  void theConsoleShowsWhatTheMetersCounted() {
    CostReport report = new CostReport(reports);
    String expected =
        String.format(
            java.util.Locale.ROOT,
            "4 batches done, 20 rows (%.1f/s), %s",
            report.figures().rowsPerSecond(),
            Units.bytes(sum().bytes()));
    assertEquals(expected, ClientPlugin.board().orElseThrow().line());
    assertEquals(report.table(), ClientPlugin.board().orElseThrow().view().costs().table());
    assertTrue(report.table().contains(Units.bytes(sum().toServer())), report.table());
  }

  @Test
  void theConsolePrintsIt() throws Exception {
    Leftovers.eventually(
        true,
        () ->
            CONSOLE
                .toString(StandardCharsets.UTF_8)
                .contains(ClientPlugin.board().orElseThrow().line()),
        "the board's line on the console");
  }

  @Test
  void sparksMetricsHoldWhatTheMetersCounted() throws Exception {
    Cost sum = sum();
    Map<String, String> client = sink(ClientPlugin.class.getName());
    assertEquals(
        Map.of(
            "attempts",
            "4",
            "batches",
            "4",
            "rows",
            "20",
            "lostAttempts",
            "0",
            "lostBytes",
            "0",
            "bytesToServer",
            Long.toString(sum.toServer()),
            "bytesToClient",
            Long.toString(sum.toClient()),
            "rounds",
            Double.toString(sum.rounds()),
            "queuedBatches",
            "0",
            "workingBatches",
            "0"),
        without(client, "Time", "batchFillPercent"));
    assertTrue(
        client
            .keySet()
            .containsAll(
                List.of("queueTime", "batchTime", "batchFillPercent", "layerTime.session")),
        client.toString());
    for (String layer : sum(reports).keySet()) {
      assertEquals(
          "4",
          client.get("layerTime." + layer),
          "attempts that met " + layer + ", though it was not known at the start");
    }
    Map<String, String> server = sink(ServerPlugin.class.getName());
    assertEquals(
        Map.of(
            "servedAttempts",
            "4",
            "lostAttempts",
            "0",
            "lostBytes",
            "0",
            "bytesToServer",
            Long.toString(sum.toServer()),
            "bytesToClient",
            Long.toString(sum.toClient()),
            "rounds",
            server.get("rounds"),
            "reservedBytes",
            "0",
            "admittedAttempts",
            "4",
            "queuedAttempts",
            "0",
            "runningAttempts",
            "0"),
        without(server, "Time", "executors"));
    assertEquals("1", server.get("executors"));
  }

  @Test
  void theServersPageShowsItsModelAndExecutors() throws Exception {
    String page = get("/secmoe-server/");
    assertTrue(table(page, "secmoe-model").contains(parties.server().digest()), page);
    assertTrue(page.contains("0 running, 0 queued, 4 admitted since the server started."), page);
    assertEquals(1, table(page, "secmoe-executors").split("127.0.0.1:").length - 1);
  }

  private static Cost sum() {
    return reports.stream()
        .map(AttemptReport::total)
        .reduce(
            (a, b) ->
                new Cost(
                    "",
                    "",
                    a.toServer() + b.toServer(),
                    a.toClient() + b.toClient(),
                    a.rounds() + b.rounds(),
                    a.seconds() + b.seconds()))
        .orElseThrow();
  }

  private static Map<String, Double> sum(List<AttemptReport> of) {
    Map<String, Double> seconds = new HashMap<>();
    of.forEach(
        report ->
            report
                .costs()
                .forEach(cost -> seconds.merge(cost.layer(), cost.seconds(), Double::sum)));
    return seconds;
  }

  private static Map<String, String> without(Map<String, String> all, String... parts) {
    Map<String, String> left = new HashMap<>(all);
    left.keySet().removeIf(name -> Stream.of(parts).anyMatch(name::contains));
    return left;
  }

  private static Object gauge(String source, String name) {
    return sources(source.substring("driver.".length())).get(name);
  }

  private static Map<String, Object> sources(String name) {
    Map<String, Object> values = new HashMap<>();
    scala.jdk.javaapi.CollectionConverters.asJava(
            SparkEnv.get().metricsSystem().getSourcesByName(name))
        .forEach(
            source ->
                source
                    .metricRegistry()
                    .getGauges()
                    .forEach((metric, gauge) -> values.put(metric, gauge.getValue())));
    return values;
  }

  /** Returns by metric the second column of the CSV sink's last line: value or count. */
  private static Map<String, String> sink(String plugin) throws Exception {
    SparkEnv.get().metricsSystem().report();
    String prefix = "test.driver.plugin." + plugin + ".";
    Map<String, String> values = new HashMap<>();
    try (Stream<Path> files = Files.list(folder.resolve("csv"))) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith(prefix)).toList()) {
        String name = file.getFileName().toString();
        List<String> lines = Files.readAllLines(file);
        values.put(
            name.substring(prefix.length(), name.length() - ".csv".length()),
            lines.get(lines.size() - 1).split(",")[1]);
      }
    }
    return values;
  }

  private static String get(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(parties.spark().sparkContext().uiWebUrl().get() + path))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body();
  }

  private static String table(String page, String id) {
    Matcher table = Pattern.compile("(?s)<table id=\"" + id + "\".*?</table>").matcher(page);
    assertTrue(table.find(), id + " is missing in " + page);
    return table.group();
  }

  private static List<String> exact(String table) {
    return Pattern.compile("sorttable_customkey=\"([^\"]*)\"")
        .matcher(table)
        .results()
        .map(found -> found.group(1))
        .toList();
  }
}
