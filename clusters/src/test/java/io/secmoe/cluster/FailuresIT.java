// SPDX-License-Identifier: Apache-2.0
package io.secmoe.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.secmoe.model.calibration.SmallModel;
import io.secmoe.model.input.FeatureRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Executors are killed on both sides while work goes on, and one slot serves many partitions. One
 * server lives through all of it.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailuresIT {
  private static final int PARTITIONS = 64;
  private static final int ROWS = 2 * PARTITIONS;
  private static final int KILLS = 10;
  private static final int CLIENT_CORES = 8;
  private static final String COLUMNS = "transform(array(f0, f1, f2, f3, f4, f5), f -> float(f))";

  /** Some batches are done, and one is in the first of its two blocks. */
  private static final Pattern AMID =
      Pattern.compile("^([5-9]|\\d\\d) batches done.* \\d+: blocks\\.0");

  /**
   * Spark reads each small file as a partition of its own, and SecMoE is not to make them one full
   * batch.
   */
  private static final Map<String, String> FILE_BY_FILE =
      Map.of(
          "spark.secmoe.batch.rebalance",
          "false",
          "spark.sql.files.openCostInBytes",
          "134217728",
          "spark.cores.max",
          Integer.toString(CLIENT_CORES),
          "spark.secmoe.batch.retries",
          "30");

  private final float[][] features = SmallModel.rows(4, ROWS);
  private PartyFiles parties;
  private Path model;
  private Submitted server;

  @BeforeAll
  void startAServerWithOneSlot() throws Exception {
    parties = new PartyFiles("failures");
    model = SmallModel.write(parties.folder().resolve("model"));
    server =
        parties.server(
            "failures-server", model, Map.of("spark.cores.max", "1", "spark.executor.cores", "1"));
    parties.awaitReady(server);
  }

  @AfterAll
  void theServerIsStillThere() {
    try (Submitted ending = server) {
      assertTrue(ending.alive(), ending::err);
    }
  }

  @Test
  void sixtyFourPartitionsFinishThroughOneSlotAndALostExecutorCostsItsBatchesOnly()
      throws Exception {
    try (Submitted client = client("sixty-four", PARTITIONS)) {
      killAmidAConversation(client);
      client.assertExit(0);
    }
    assertComplete("sixty-four", PARTITIONS);
    List<JsonNode> attempts = attempts("sixty-four");
    List<JsonNode> lost = attempts.stream().filter(attempt -> !succeeded(attempt)).toList();
    Map<Integer, JsonNode> good =
        attempts.stream()
            .filter(FailuresIT::succeeded)
            .collect(
                Collectors.toMap(
                    attempt -> attempt.get("partition").intValue(),
                    attempt -> attempt,
                    (a, b) -> {
                      throw new AssertionError("paid twice: " + a + b);
                    },
                    TreeMap::new));
    assertEquals(PARTITIONS, good.size());
    assertTrue(!lost.isEmpty() && lost.size() <= CLIENT_CORES, lost::toString);
    for (JsonNode attempt : lost) {
      JsonNode repetition = good.get(attempt.get("partition").intValue());
      assertEquals("its executor was lost", attempt.get("loss").textValue());
      assertTrue(repetition.get("epoch").longValue() > attempt.get("epoch").longValue());
      assertNotEquals(
          attempt.get("key_fingerprint").textValue(),
          repetition.get("key_fingerprint").textValue());
    }
    Set<String> keys =
        new HashSet<>(
            attempts.stream().map(attempt -> attempt.get("key_fingerprint").textValue()).toList());
    assertEquals(attempts.size(), keys.size(), "every attempt has keys of its own");
  }

  @Test
  void tenLostExecutorsLeaveTheServerServing() throws Exception {
    try (Submitted client = client("ten-kills", CLIENT_CORES)) {
      Set<Long> killed = new HashSet<>();
      for (int i = 0; i < KILLS; i++) {
        server.await(
            "a conversation in another executor",
            () ->
                Clusters.running()
                    .server
                    .executor()
                    .filter(executor -> !killed.contains(executor.pid()) && converses(executor))
                    .isPresent());
        ProcessHandle executor = Clusters.running().server.executor().orElseThrow();
        killed.add(executor.pid());
        executor.destroyForcibly();
      }
      assertEquals(KILLS, killed.size());
      client.assertExit(0);
    }
    assertComplete("ten-kills", CLIENT_CORES);
    assertTrue(
        attempts("ten-kills").stream().filter(attempt -> !succeeded(attempt)).count() >= KILLS,
        () -> "every kill costs an attempt");
  }

  /**
   * Kills the client's only executor as soon as the console says that a conversation with much to
   * come is under way.
   */
  private static void killAmidAConversation(Submitted client) throws InterruptedException {
    String[] before = {client.lastLine()};
    client.await(
        "a conversation",
        () -> {
          String now = client.lastLine();
          boolean fresh = !now.equals(before[0]);
          before[0] = now;
          return fresh && AMID.matcher(now).find();
        });
    Clusters.running().client.executor().orElseThrow().destroyForcibly();
  }

  /**
   * Returns true if an attempt's conversation is going on in an executor of the server: its watch
   * is a thread.
   */
  private static boolean converses(ProcessHandle executor) {
    try (Stream<Path> threads =
        Files.list(Path.of("/proc", Long.toString(executor.pid()), "task"))) {
      return threads.anyMatch(thread -> name(thread).equals("secmoe-watch"));
    } catch (IOException e) {
      return false;
    }
  }

  private static String name(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private Submitted client(String name, int partitions) throws Exception {
    Path input = Files.createDirectories(parties.folder().resolve(name + ".csv"));
    for (int file = 0; file < partitions; file++) {
      List<String> lines = new ArrayList<>(List.of("id,f0,f1,f2,f3,f4,f5"));
      for (int row = file; row < ROWS; row += PARTITIONS) {
        StringBuilder line = new StringBuilder(Integer.toString(row));
        for (float value : features[row]) {
          line.append(',').append(value);
        }
        lines.add(line.toString());
      }
      Files.write(input.resolve("part-" + (100 + file) + ".csv"), lines);
    }
    return parties.client(
        name,
        FILE_BY_FILE,
        List.of(
            "--input",
            input.toString(),
            "--format",
            "csv",
            "--input-option",
            "header=true",
            "--features-expression",
            COLUMNS,
            "--output",
            output(name).toString(),
            "--output-format",
            "json",
            "--output-columns",
            "id,prediction,logits",
            "--attempts",
            parties.folder().resolve(name + ".attempts.json").toString()));
  }

  private Path output(String name) {
    return parties.folder().resolve(name + ".predicted");
  }

  private List<JsonNode> attempts(String name) throws Exception {
    return JsonLines.read(parties.folder().resolve(name + ".attempts.json"));
  }

  private static boolean succeeded(JsonNode attempt) {
    return attempt.get("loss").textValue().isEmpty();
  }

  /** Every row is there once, with the plaintext model's prediction. */
  private void assertComplete(String name, int partitions) throws Exception {
    List<JsonNode> rows = new ArrayList<>(JsonLines.read(output(name)));
    rows.sort(Comparator.comparingInt(row -> Integer.parseInt(row.get("id").textValue())));
    List<Integer> ids =
        rows.stream().map(row -> Integer.parseInt(row.get("id").textValue())).toList();
    List<Integer> expected =
        IntStream.range(0, ROWS).filter(row -> row % PARTITIONS < partitions).boxed().toList();
    assertEquals(expected, ids);
    Predicted.assertPlain(
        model, rows, new FeatureRows(ids.stream().map(id -> features[id]).toArray(float[][]::new)));
  }
}
