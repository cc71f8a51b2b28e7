// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.flight.tls.IdentityException;
import io.secmoe.model.calibration.SmallModel;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.plaintext.PlainResult;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.InferenceException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class PrivateInferenceTest {
  private static final double CLOSE = 0.03;
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("text", DataTypes.StringType)
          .add("features", DataTypes.createArrayType(DataTypes.FloatType));

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Path model;
  private static Parties parties;

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    model = SmallModel.write(folder.resolve("model"));
    parties = new Parties(folder, model, Map.of());
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    try {
      Leftovers.eventually(
          0,
          () -> parties.spark().sparkContext().statusTracker().getActiveJobIds().length,
          "active jobs");
    } finally {
      parties.close();
    }
    leftovers.assertNone();
  }

  @ParameterizedTest
  @ValueSource(strings = {"select", "all", "parameters"})
  void predictsLikeThePlaintextModelAndPassesInputsThrough(String strategy) {
    List<Row> input = rows(40);
    input.set(7, RowFactory.create(7, "nothing to send", null));
    PrivateInference inference =
        connect(Map.of("spark.secmoe.batch.rows", "15", "spark.secmoe.strategy", strategy));
    List<Row> output = inference.infer(table(input, 2), Columns.DEFAULT).collectAsList();

    assertEquals(40, output.size());
    PlainResult plain = FloatModel.load(model).run(SmallModel.rows(5, 40));
    int close = 0;
    for (int i = 0; i < 40; i++) {
      Row row = output.get(i);
      assertEquals(input.get(i).getInt(0), row.getInt(0));
      assertEquals(input.get(i).getString(1), row.getString(1));
      assertEquals(
          input.get(i).isNullAt(2) ? null : List.of((Float[]) input.get(i).get(2)),
          row.isNullAt(2) ? null : row.getList(2));
      if (i == 7) {
        assertTrue(row.isNullAt(3) && row.isNullAt(4) && row.isNullAt(5));
      } else {
        List<Float> logits = row.getList(5);
        logits.forEach(logit -> assertTrue(logit <= logits.get(row.getInt(3))));
        close += difference(plain.logits()[i], logits) < CLOSE ? 1 : 0;
      }
    }
    assertTrue(
        close >= 36,
        "an untrained router has a near tie here and there, but only "
            + close
            + " of 39 rows are close");
    assertOneAttemptPerBatch(inference.reports());
  }

  private static double difference(double[] plain, List<Float> logits) {
    assertEquals(plain.length, logits.size());
    return IntStream.range(0, plain.length)
        .mapToDouble(k -> Math.abs(plain[k] - logits.get(k)))
        .max()
        .orElse(0);
  }

  private static void assertOneAttemptPerBatch(List<AttemptReport> reports) {
    assertEquals(4, reports.size());
    assertTrue(
        reports.stream().allMatch(report -> report.succeeded() && report.epoch() == 1),
        reports.toString());
    assertEquals(39, reports.stream().mapToInt(AttemptReport::rows).sum());
    assertEquals(
        4,
        reports.stream()
            .map(AttemptReport::keyFingerprint)
            .filter(key -> key.length() == 64)
            .distinct()
            .count());
  }

  @Test
  void everyExecutionDrawsFreshKeys() {
    PrivateInference inference = connect(Map.of());
    Dataset<Row> predicted = inference.infer(table(rows(4), 1), Columns.DEFAULT);
    predicted.collectAsList();
    predicted.collectAsList();
    List<AttemptReport> reports = inference.reports();
    assertEquals(2, reports.size());
    assertEquals(2, reports.stream().map(AttemptReport::keyFingerprint).distinct().count());
  }

  @Test
  void costsDependOnTheShapeOnly() {
    PrivateInference inference = connect(Map.of());
    inference.infer(table(rows(20), 2), Columns.DEFAULT).collectAsList();
    List<List<Long>> bytes =
        inference.reports().stream()
            .map(
                report ->
                    report.costs().stream()
                        .flatMap(cost -> List.of(cost.toServer(), cost.toClient()).stream())
                        .toList())
            .toList();
    assertEquals(2, bytes.size());
    assertEquals(bytes.get(0), bytes.get(1));
  }

  @Test
  void badRowsAreNamedByPositionAndNothingOfThemIsSent() {
    assertAll(
        () ->
            assertBadRow(
                List.of(0.1f, 0.1f, Float.NaN, 0.1f, 0.1f, 0.1f), "has a NaN among its features"),
        () -> assertBadRow(List.of(0.1f, 0.1f), "has fewer features than the model takes, 6"),
        () ->
            assertBadRow(
                List.of(0.1f, 7654.5f, 0f, 0f, 0f, 0f),
                "has a feature outside the model's calibrated range"),
        () ->
            assertBadRow(
                List.of(0.1f, Float.NEGATIVE_INFINITY, 0f, 0f, 0f, 0f), "has a feature outside"),
        () ->
            assertBadRow(Arrays.asList(0f, 0f, 0f, null, 0f, 0f), "has a null among its features"));
  }

  private static void assertBadRow(List<Float> features, String what) {
    List<Row> rows = rows(6);
    rows.set(4, RowFactory.create(4, "bad", features.toArray(new Float[0])));
    PrivateInference inference = connect(Map.of());
    Exception e =
        assertThrows(
            Exception.class,
            () -> inference.infer(table(rows, 2), Columns.DEFAULT).collectAsList());
    String message = e.getMessage();
    assertTrue(
        message.contains("row 1 of partition 1: column 'features'") && message.contains(what),
        message);
    assertFalse(message.contains("7654"), "no values in messages");
    assertTrue(inference.reports().stream().noneMatch(report -> report.batch().partition() == 1));
  }

  @Test
  void columnsThatDoNotFitAreRefusedBeforeAnythingRuns() {
    PrivateInference inference = connect(Map.of());
    Dataset<Row> table = table(rows(2), 1);
    assertUnusable("type string", () -> inference.infer(table, columns("text", "p", "l")));
    assertUnusable("no column 'pixels'", () -> inference.infer(table, columns("pixels", "p", "l")));
    assertUnusable(
        "column 'ID' already", () -> inference.infer(table, columns("features", "ID", "l")));
    assertUnusable("two columns", () -> inference.infer(table, columns("features", "p", "P")));
    Columns tokens = Columns.DEFAULT.reading(null, "features", "features", "tokens");
    assertUnusable(
        "given as tokens, and the model takes features", () -> inference.infer(table, tokens));
    assertEquals(List.of(), inference.reports());
  }

  private static Columns columns(String input, String prediction, String logits) {
    return new Columns(Columns.Given.ANYTHING, input, prediction, "label", logits, "embedding");
  }

  @Test
  void anotherModelThanThePinnedOneIsRefused() {
    InferenceException e =
        assertThrows(
            InferenceException.class,
            () -> connect(Map.of("spark.secmoe.model.digest", "ab".repeat(32))));
    assertEquals(Kind.UNUSABLE, e.kind());
    assertTrue(
        e.getMessage().contains("ab".repeat(32))
            && e.getMessage().contains(parties.server().digest()),
        e.getMessage());
  }

  @Test
  void anotherServerThanThePinnedOneIsRefused() {
    assertThrows(
        IdentityException.class,
        () -> connect(Map.of("spark.secmoe.server.fingerprint", "cd".repeat(32))));
  }

  @Test
  void emptyPartitionsAskForNothing() {
    PrivateInference inference = connect(Map.of());
    assertEquals(0, inference.infer(table(rows(0), 2), Columns.DEFAULT).count());
    assertEquals(List.of(), inference.reports());
    List<Row> nothing = List.of(RowFactory.create(1, "x", null));
    assertNull(inference.infer(table(nothing, 1), Columns.DEFAULT).collectAsList().get(0).get(3));
    assertEquals(List.of(), inference.reports());
  }

  private static void assertUnusable(String what, org.junit.jupiter.api.function.Executable call) {
    InferenceException e = assertThrows(InferenceException.class, call);
    assertEquals(Kind.UNUSABLE, e.kind());
    assertTrue(e.getMessage().contains(what), e.getMessage());
  }

  private static PrivateInference connect(Map<String, String> changes) {
    return PrivateInference.connect(parties.spark(), parties.client(changes));
  }

  /** Keeps the order: the first partition holds the first rows. */
  private static Dataset<Row> table(List<Row> rows, int partitions) {
    JavaSparkContext spark = new JavaSparkContext(parties.spark().sparkContext());
    return parties.spark().createDataFrame(spark.parallelize(rows, partitions), SCHEMA);
  }

  private static List<Row> rows(int count) {
    List<Row> rows = new ArrayList<>();
    float[][] features = SmallModel.rows(5, count);
    for (int i = 0; i < count; i++) {
      rows.add(RowFactory.create(i, "row " + i, boxed(features[i])));
    }
    return rows;
  }

  private static Float[] boxed(float[] values) {
    Float[] out = new Float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return out;
  }
}
