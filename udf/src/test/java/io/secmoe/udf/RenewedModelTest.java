// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Warnings;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.RemoteModels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that comes back with another model while a session of its client goes on. */
@Timeout(300)
class RenewedModelTest {
  private static final String PLUGIN = "io.secmoe.spark.client.ClientPlugin";
  private static final String SERVER_PLUGIN = "io.secmoe.spark.server.ServerPlugin";
  private static final String LABELS =
      "SELECT id, secmoe_label(features) AS y FROM t WHERE id < 12 ORDER BY id";
  private static final int ROWS = 12;

  @TempDir Path folder;

  private Leftovers leftovers;
  private Tables tables;
  private Path other;

  private void start(String plugins) throws Exception {
    leftovers = new Leftovers();
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    tables =
        new Tables(
            folder,
            Map.of(
                SecMoeConf.DRIVER_PORTS.key(), Integer.toString(port), "spark.plugins", plugins));
    other = SmallModel.writeOther(folder.resolve("other"));
    tables.parties.configure(tables.spark(), Map.of(SecMoeConf.MODEL_DIGEST.key(), ""));
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    tables.close();
    leftovers.assertNone();
  }

  /**
   * With the client's plugin, the task reports it to the driver. Without it, the driver notices
   * when the task has failed.
   */
  @ParameterizedTest
  @ValueSource(strings = {PLUGIN + "," + SERVER_PLUGIN, SERVER_PLUGIN})
  void theQueryThatMeetsItFailsAndTheNextOneUsesIt(String plugins) throws Exception {
    start(plugins);
    Dataset<Row> made = tables.spark().sql(LABELS);
    assertLabelsOf(folder.resolve("model"), made.collectAsList());
    String before = tables.parties.server().digest();
    tables.parties.renew(other);
    String after = tables.parties.server().digest();

    Exception e = assertThrows(Exception.class, () -> tables.query(LABELS));
    assertTrue(
        e.getMessage()
            .contains(
                "the server has another model than this query was made for; make the query anew"),
        e.getMessage());
    assertTrue(e.getMessage().contains(before) && e.getMessage().contains(after), e.getMessage());
    assertEquals(0, tables.inferred());

    try (Warnings warnings = new Warnings(RemoteModels.class.getName())) {
      List<Row> now =
          plugins.equals(SERVER_PLUGIN) ? untilTheDriverHasHeard() : tables.query(LABELS);
      assertLabelsOf(other, now);
      assertEquals(ROWS, tables.inferred());
      assertLabelsOf(other, tables.collect(made.select("id", "y").orderBy("id")));
      assertEquals(
          1, warnings.count("has another model than before"), "it is asked once, and that is said");
      assertEquals(1, warnings.count("They differ in: weights_sha256"));
    }
  }

  /** Returns the query's answer. Spark reports failed tasks a moment after the query has failed. */
  private List<Row> untilTheDriverHasHeard() throws Exception {
    AtomicReference<List<Row>> answer = new AtomicReference<>();
    Leftovers.eventually(
        true,
        () -> {
          try {
            answer.set(tables.query(LABELS));
            return true;
          } catch (Exception e) {
            return false;
          }
        },
        "the new model is used");
    return answer.get();
  }

  @Test
  void aPinnedModelStaysAnErrorThatNamesBothDigests() throws Exception {
    start(PLUGIN + "," + SERVER_PLUGIN);
    String before = tables.parties.server().digest();
    tables.parties.configure(tables.spark(), Map.of());
    tables.query(LABELS);
    tables.parties.renew(other);
    String after = tables.parties.server().digest();
    tables.spark().conf().set(SecMoeConf.MODEL_DIGEST.key(), before);

    Exception first = assertThrows(Exception.class, () -> tables.query(LABELS));
    assertTrue(
        first.getMessage().contains("spark.secmoe.model.digest, which pins the former one"),
        first.getMessage());
    for (int i = 0; i < 2; i++) {
      Exception next = assertThrows(AnalysisException.class, () -> tables.query(LABELS));
      assertTrue(
          next.getMessage().contains("digest " + after)
              && next.getMessage().contains("asks for " + before),
          next.getMessage());
    }
    tables.spark().conf().set(SecMoeConf.MODEL_DIGEST.key(), after);
    assertEquals(ROWS, tables.query(LABELS).size());
  }

  /** Names of classes stand in a plan: one that was made with others is not run. */
  @Test
  void aQueryThatDependsOnTheDifferenceIsToBeMadeAnew() throws Exception {
    start(PLUGIN + "," + SERVER_PLUGIN);
    Dataset<Row> made = tables.spark().sql(LABELS);
    made.collectAsList();
    tables.parties.renew(SmallModel.writeWithLabels(folder.resolve("renamed"), "x", "y", "z"));
    assertThrows(Exception.class, () -> tables.query(LABELS));
    Exception e = assertThrows(Exception.class, () -> tables.collect(made.select("y")));
    assertTrue(
        e.getMessage().contains("which differs in its labels; make the query anew"),
        e.getMessage());
    assertTrue(tables.query(LABELS).stream().allMatch(row -> "xyz".contains(row.getString(1))));
  }

  @Test
  void theDataSourceAsksAnewToo() throws Exception {
    start(PLUGIN + "," + SERVER_PLUGIN);
    SparkSession.setActiveSession(tables.spark());
    String stored = folder.resolve("stored").toString();
    tables.table(1).where("id < " + ROWS).write().parquet(stored);
    Dataset<Row> made = tables.spark().read().format("secmoe").load(stored).select("label");
    made.collectAsList();
    tables.parties.renew(other);
    Exception e =
        assertThrows(
            Exception.class,
            () ->
                tables
                    .spark()
                    .read()
                    .format("secmoe")
                    .load(stored)
                    .select("label")
                    .collectAsList());
    assertTrue(e.getMessage().contains("make the query anew"), e.getMessage());
    assertEquals(
        ROWS,
        tables.collect(tables.spark().read().format("secmoe").load(stored).select("label")).size());
    assertEquals(ROWS, tables.collect(made.where("label <> 'z'")).size());
    assertEquals(ROWS, tables.inferred());
  }

  /**
   * Checks that the labels are those of this model and not of the other one. An untrained router
   * has a near tie here and there.
   */
  private void assertLabelsOf(Path model, List<Row> rows) throws IOException {
    Path wrong = model.equals(other) ? folder.resolve("model") : other;
    assertEquals(ROWS, rows.size());
    assertTrue(agreeing(model, rows) >= ROWS - 1, agreeing(model, rows) + " labels agree");
    assertTrue(
        agreeing(wrong, rows) < ROWS - 2,
        agreeing(wrong, rows) + " labels agree with the wrong model");
  }

  private static int agreeing(Path model, List<Row> rows) throws IOException {
    int[] classes = FloatModel.load(model).run(SmallModel.rows(5, ROWS)).predictions();
    return (int)
        IntStream.range(0, ROWS)
            .filter(
                i -> rows.get(i).getString(1).equals("abc".substring(classes[i], classes[i] + 1)))
            .count();
  }
}
