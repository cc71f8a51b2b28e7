// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.jni.Native;
import io.secmoe.model.calibration.SmallModel;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.client.ClientPlugin;
import io.secmoe.spark.client.PrivateInference;
import io.secmoe.spark.memory.JvmMemory;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.CostReport;
import io.secmoe.spark.metrics.Progress;
import io.secmoe.spark.metrics.ProgressBoard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attempts that are lost in the middle of their conversation, by what a user or an operator may do.
 */
@Timeout(180)
class LostAttemptTest {
  private static final int ROWS = 12;
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType));

  @TempDir Path folder;

  private final Set<String> jobGroups = ConcurrentHashMap.newKeySet();
  private Leftovers leftovers;
  private Parties parties;

  @BeforeEach
  void start() throws Exception {
    leftovers = new Leftovers();
    parties = new Parties(folder, SmallModel.write(folder.resolve("model")), Map.of());
    spark()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onJobStart(SparkListenerJobStart job) {
                String group = job.properties().getProperty("spark.jobGroup.id");
                if (group != null) {
                  jobGroups.add(group);
                }
              }
            });
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    try {
      Leftovers.eventually(
          0, () -> spark().statusTracker().getActiveJobIds().length, "active jobs");
    } finally {
      parties.close();
    }
    leftovers.assertNone();
  }

  @Test
  void aCancelledAttemptIsRepeatedWithAHigherEpochAndFreshKeys() {
    PrivateInference inference =
        PrivateInference.connect(parties.spark(), parties.client(Map.of()));
    amidstPartition0(
        () ->
            jobGroups.stream()
                .filter(group -> group.endsWith("-0-0-1"))
                .forEach(spark()::cancelJobGroup));
    List<Row> output = inference.infer(table(2), Columns.DEFAULT).collectAsList();

    assertEquals(
        IntStream.range(0, ROWS).boxed().toList(),
        output.stream().map(row -> row.getInt(0)).toList());
    assertTrue(output.stream().noneMatch(row -> row.isNullAt(2)));
    List<AttemptReport> reports =
        inference.reports().stream().filter(report -> report.batch().partition() == 0).toList();
    assertEquals(
        List.of(1L, 2L), reports.stream().map(AttemptReport::epoch).toList(), reports.toString());
    assertFalse(reports.get(0).succeeded());
    assertTrue(reports.get(1).succeeded());
    assertEquals(64, reports.get(0).keyFingerprint().length());
    assertNotEquals(reports.get(0).keyFingerprint(), reports.get(1).keyFingerprint());
    assertTrue(
        inference.reports().stream()
            .anyMatch(
                report ->
                    report.batch().partition() == 1 && report.epoch() == 1 && report.succeeded()));
    ProgressBoard.View view = ClientPlugin.board().orElseThrow().view();
    assertEquals(new CostReport(inference.reports()).table(), view.costs().table());
    assertEquals(new CostReport(inference.reports()).figures(), view.costs().figures());
    assertTrue(view.costs().figures().lostBytes() > 0);
  }

  @Test
  void aKilledClientTaskEndsTheServersSideToo() throws Exception {
    int handles = Native.liveHandles();
    long memory = JvmMemory.root().getAllocatedMemory();
    PrivateInference inference =
        PrivateInference.connect(parties.spark(), parties.client(Map.of()));
    spark().setJobGroup("the client's query", "", false);
    amidstPartition0(() -> spark().cancelJobGroup("the client's query"));
    Dataset<Row> predicted = inference.infer(table(1), Columns.DEFAULT);
    Exception e = assertThrows(Exception.class, predicted::collectAsList);
    assertTrue(e.getMessage().contains("cancelled"), e.getMessage());
    Leftovers.eventually(0, () -> spark().statusTracker().getActiveJobIds().length, "active jobs");
    Leftovers.eventually(handles, Native::liveHandles, "native objects");
    Leftovers.eventually(
        memory, () -> JvmMemory.root().getAllocatedMemory(), "bytes of off-heap memory");
    ProgressBoard board = ClientPlugin.board().orElseThrow();
    Leftovers.eventually(0, () -> board.view().working().size(), "batches of the killed task");
    Leftovers.eventually(
        1, () -> board.view().costs().figures().lost(), "the failed task's attempt on the board");
    assertTrue(
        board.view().costs().figures().lostBytes() > 0 && board.view().costs().costs().isEmpty());
  }

  @Test
  void aServerThatShutsDownForGoodIsANamedError() {
    PrivateInference inference =
        PrivateInference.connect(
            parties.spark(),
            parties.client(
                Map.of("spark.secmoe.attempt.timeout", "20s", "spark.secmoe.server.wait", "2s")));
    amidstPartition0(() -> new Thread(parties.server()::close).start());
    Dataset<Row> predicted = inference.infer(table(1), Columns.DEFAULT);
    Exception e = assertThrows(Exception.class, predicted::collectAsList);
    assertTrue(
        e.getMessage()
            .contains(
                "batch 0 of partition 0 cannot be inferred: the server has been away for longer"
                    + " than spark.secmoe.server.wait, 2.0 s"),
        e.getMessage());
    assertTrue(
        e.getMessage().matches("(?s).*attempts: 2, last reason: (UNREACHABLE|SHUTTING_DOWN).*"),
        e.getMessage());
  }

  /** Does it once, when partition 0's conversation has left its set-up behind. */
  private static void amidstPartition0(Runnable interference) {
    AtomicBoolean done = new AtomicBoolean();
    ClientPlugin.listen(
        progress -> {
          if (progress.partition() == 0
              && progress.event() instanceof Progress.Running running
              && !running.layer().equals("session")
              && !done.getAndSet(true)) {
            interference.run();
          }
        });
  }

  private SparkContext spark() {
    return parties.spark().sparkContext();
  }

  private Dataset<Row> table(int partitions) {
    float[][] features = SmallModel.rows(9, ROWS);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create(i, features[i]));
    }
    return parties
        .spark()
        .createDataFrame(new JavaSparkContext(spark()).parallelize(rows, partitions), SCHEMA);
  }
}
