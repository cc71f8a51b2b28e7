// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallEncoder;
import io.secmoe.network.Sequences;
import io.secmoe.spark.Leftovers;
import io.secmoe.spark.Parties;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.Cost;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.InferenceException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows of tokens through both parties: an encoder whose embeddings are revealed. */
@Timeout(300)
class TokenInferenceTest {
  private static final double CLOSE = 0x1p-5;
  private static final StructType SCHEMA = StructType.fromDDL("id INT, tokens ARRAY<INT>");

  @TempDir static Path folder;

  private static Leftovers leftovers;
  private static Path model;
  private static Parties parties;

  @BeforeAll
  static void start() throws Exception {
    leftovers = new Leftovers();
    model = SmallEncoder.writePooled(folder.resolve("model"));
    parties = new Parties(folder, model, Map.of("spark.secmoe.output", "embeddings"));
  }

  @AfterAll
  static void nothingIsLeftBehind() throws Exception {
    parties.close();
    leftovers.assertNone();
  }

  private static PrivateInference connect(Map<String, String> changes) {
    return PrivateInference.connect(parties.spark(), parties.client(changes));
  }

  private static Dataset<Row> table(int partitions, int[]... ids) {
    List<Row> rows = new ArrayList<>();
    for (int[] row : ids) {
      rows.add(RowFactory.create(rows.size(), row));
    }
    return parties
        .spark()
        .createDataFrame(
            new JavaSparkContext(parties.spark().sparkContext()).parallelize(rows, partitions),
            SCHEMA);
  }

  @Test
  void rowsOfAllLengthsGetTheirEmbeddings() {
    int[][] ids = SmallEncoder.rows(3, 20, SmallEncoder.VOCABULARY);
    ids[4] = null;
    PrivateInference inference = connect(Map.of("spark.secmoe.batch.rows", "7"));
    Dataset<Row> inferred = inference.infer(table(2, ids), "tokens");
    assertEquals(List.of("id", "tokens", "embedding"), List.of(inferred.columns()));
    List<Row> output = inferred.collectAsList();

    ids[4] = new int[] {0};
    double[][] plain = SmallEncoder.embeddings(model, ids);
    for (int i = 0; i < ids.length; i++) {
      assertEquals(i, output.get(i).getInt(0));
      assertEquals(i == 4, output.get(i).isNullAt(2));
      for (int feature = 0; i != 4 && feature < SmallEncoder.WIDTH; feature++) {
        assertEquals(
            plain[i][feature], output.get(i).<Float>getList(2).get(feature), CLOSE, "row " + i);
      }
    }
    assertEquals(19, inference.reports().stream().mapToInt(AttemptReport::rows).sum());
    assertTrue(
        inference.reports().stream()
            .allMatch(
                report -> report.rows() <= 7 && Integer.bitCount(report.batch().length()) == 1));
  }

  /** The server's view of a batch depends on its padded shape only. */
  @Test
  void equalPaddedShapesHaveEqualTranscripts() {
    List<AttemptReport> reports = new ArrayList<>();
    for (int[][] ids :
        new int[][][] {
          {{1}, {2, 3, 4, 5, 6}, {7}}, {{9, 8, 7, 6, 5, 4, 3, 2}, {1, 1, 1, 1}, {0, 10, 0}}
        }) {
      PrivateInference inference = connect(Map.of());
      assertEquals(3, inference.infer(table(1, ids), "tokens").collectAsList().size());
      reports.addAll(inference.reports());
    }
    assertEquals(2, reports.size());
    assertEquals(new Sequences(3, 8), shape(reports.get(0)));
    assertEquals(shape(reports.get(0)), shape(reports.get(1)));
    assertEquals(transcript(reports.get(0)), transcript(reports.get(1)));
  }

  private static Sequences shape(AttemptReport report) {
    return new Sequences(report.rows(), report.batch().length());
  }

  private static List<List<Object>> transcript(AttemptReport report) {
    return report.costs().stream()
        .map(
            cost ->
                List.<Object>of(
                    cost.layer(), cost.step(), cost.toServer(), cost.toClient(), cost.rounds()))
        .toList();
  }

  @Test
  void aConfiguredLengthIsWhatAllRowsArePaddedTo() {
    PrivateInference inference = connect(Map.of("spark.secmoe.batch.length", "5"));
    assertEquals(
        2,
        inference
            .infer(table(1, new int[] {3}, new int[] {4, 4}), "tokens")
            .collectAsList()
            .size());
    assertEquals(
        List.of(new Sequences(2, 5)),
        inference.reports().stream().map(TokenInferenceTest::shape).toList());
    assertTrue(inference.reports().get(0).costs().stream().mapToLong(Cost::bytes).sum() > 0);
  }

  /** Returns a vocabulary of words, whose ids are the model's. */
  private static Path tokenizer() throws IOException {
    return Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], \
        "normalizer": null,
        "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
        "model": {"type": "WordLevel", "vocab": {"the": 0, "cat": 1, "sat": 2, "mat": 3, "dog": \
        99}, "unk_token": "none"}}\
        """);
  }

  @Test
  void textIsMadeTokensHere() throws IOException {
    PrivateInference inference =
        connect(Map.of("spark.secmoe.text.vocabulary", tokenizer().toString()));
    Dataset<Row> texts =
        parties
            .spark()
            .sql("SELECT * FROM VALUES ('the cat sat'), (NULL), ('mat') AS t(text)")
            .coalesce(1);
    List<Row> output = inference.infer(texts, "text").collectAsList();
    double[][] plain = SmallEncoder.embeddings(model, new int[][] {{0, 1, 2}, {3}});
    assertEquals(plain[0][0], output.get(0).<Float>getList(1).get(0), CLOSE);
    assertTrue(output.get(1).isNullAt(1));
    assertEquals(plain[1][5], output.get(2).<Float>getList(1).get(5), CLOSE);
    assertEquals(
        List.of(new Sequences(2, 4)),
        inference.reports().stream().map(TokenInferenceTest::shape).toList());

    assertBadText(
        inference,
        "'the', 'dog'",
        "row 1 of partition 0: column 'text' has a token outside the model's vocabulary, 0 to 10");
    assertBadText(inference, "'the', ''", "row 1 of partition 0: column 'text' has no tokens");
    assertBadText(
        inference, "'bird', 'the'", "row 0 of partition 0: column 'text' is not made tokens");
    InferenceException e =
        assertThrows(InferenceException.class, () -> connect(Map.of()).infer(texts, "text"));
    assertTrue(
        e.getMessage().contains("string if spark.secmoe.text.vocabulary is set"), e.getMessage());
  }

  private static void assertBadText(PrivateInference inference, String texts, String message) {
    Dataset<Row> table =
        parties.spark().sql("SELECT explode(array(" + texts + ")) AS text").coalesce(1);
    Exception e =
        assertThrows(Exception.class, () -> inference.infer(table, "text").collectAsList());
    assertTrue(
        e.getMessage().contains(message) && !e.getMessage().contains("bird"), e.getMessage());
  }

  @Test
  void aTokenizerThatIsNoneIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("no-tokenizer.json"), "{}");
    PrivateInference inference = connect(Map.of("spark.secmoe.text.vocabulary", file.toString()));
    Dataset<Row> texts = parties.spark().sql("SELECT explode(array('the')) AS text");
    Exception e =
        assertThrows(Exception.class, () -> inference.infer(texts, "text").collectAsList());
    assertTrue(
        e.getMessage().contains(file.toString()) && e.getMessage().contains("no tokenizer"),
        e.getMessage());
  }

  @Test
  void aRowThatTheModelDoesNotTakeEndsTheJobBeforeAnythingIsSent() {
    PrivateInference inference = connect(Map.of());
    Dataset<Row> table =
        table(
            2, new int[] {1}, new int[] {2}, new int[] {3}, new int[] {4, SmallEncoder.VOCABULARY});
    Exception e =
        assertThrows(
            Exception.class,
            () -> inference.infer(table.where("id > 1"), "tokens").collectAsList());
    assertTrue(
        e.getMessage()
            .contains(
                "row 1 of partition 1: column 'tokens' has a token outside the model's vocabulary,"
                    + " 0 to 10"),
        e.getMessage());
    assertTrue(inference.reports().isEmpty());
  }

  @Test
  void whatTheModelDoesNotTakeIsRefusedBeforeAnythingRuns() {
    PrivateInference inference = connect(Map.of());
    Dataset<Row> features =
        table(1, new int[] {1}).selectExpr("CAST(tokens AS ARRAY<FLOAT>) AS features");
    InferenceException e =
        assertThrows(InferenceException.class, () -> inference.infer(features, "features"));
    assertEquals(Kind.UNUSABLE, e.kind());
    assertTrue(
        e.getMessage()
            .contains("column 'features' has the type array<float>, and the model takes tokens"),
        e.getMessage());
    PrivateInference longer = connect(Map.of("spark.secmoe.batch.length", "33"));
    InferenceException key =
        assertThrows(
            InferenceException.class, () -> longer.infer(table(1, new int[] {1}), "tokens"));
    assertTrue(key.getMessage().contains("spark.secmoe.batch.length is 33"), key.getMessage());
  }
}
