// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.secmoe.model.calibration.CalibrateCommand;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.family.switchtransformer.SwitchCheckpoints;
import io.secmoe.model.input.PublishedTable;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.EmbeddingSpec;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.Output;
import io.secmoe.moe.Strategy;
import io.secmoe.party.Profile;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Switch Transformers in private against what the transformers library computes from the same
 * checkpoint.
 */
class SwitchInferenceTest {
  private static final double CLOSE = 0x1p-5;

  @TempDir Path directory;

  static List<String> names() {
    return SwitchCheckpoints.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void hiddenStatesAreTheLibrarys(String name) {
    SwitchCheckpoints.Expected expected = SwitchCheckpoints.expected(name);
    Predictions got = infer(Link.MEMORY, calibrated(name), Output.EMBEDDINGS, expected.ids());
    assertArrayEquals(new boolean[expected.ids().length], got.outOfRange());
    for (int row = 0; row < expected.ids().length; row++) {
      double[] embedding =
          expected.pooled() != null
              ? expected.pooled()[row]
              : Arrays.stream(expected.hidden()[row]).flatMapToDouble(Arrays::stream).toArray();
      assertArrayEquals(embedding, doubles(got.embeddings()[row]), CLOSE, "row " + row);
    }
  }

  @Test
  void logitsAreTheLibrarysAndTheLabelIsTheirLargest() {
    SwitchCheckpoints.Expected expected = SwitchCheckpoints.expected("classifier-mean");
    Path model = calibrated("classifier-mean");
    Predictions logits = infer(Link.FLIGHT, model, Output.LOGITS, expected.ids());
    for (int row = 0; row < expected.ids().length; row++) {
      assertArrayEquals(expected.logits()[row], doubles(logits.logits()[row]), CLOSE, "row " + row);
    }
    int[] labels = infer(Link.MEMORY, model, Output.LABEL, expected.ids()).classes();
    assertEquals(Arrays.toString(logits.classes()), Arrays.toString(labels));
  }

  /** The file holds the same numbers as the server, and there is no look-up's traffic. */
  @Test
  void aPublishedTableIsLookedUpAtHome() throws IOException {
    SwitchCheckpoints.Expected expected = SwitchCheckpoints.expected("one-layer");
    int[][] ids = expected.ids();
    ServerModel secret =
        ServerModel.load(calibrated("one-layer"), Profile.DEFAULT, Output.EMBEDDINGS);
    ServerModel open = secret.publishingTable();
    Path file = directory.resolve("table.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      secret.writeTable(out);
    }
    EmbeddingSpec layer = (EmbeddingSpec) open.layers().layers().get(0);
    TokenRows rows = TokenRows.padded(ids);
    checkLookUp(secret, rows, true, expected);
    checkLookUp(
        open,
        new TokenRows(ids, rows.length(), PublishedTable.open(file, layer.shape())),
        false,
        expected);
    assertSame(open, open.publishingTable());
    assertThrows(ModelException.class, () -> open.writeTable(OutputStream.nullOutputStream()));
    assertNotEquals(secret.digest(), open.digest());
  }

  private static void checkLookUp(
      ServerModel model, TokenRows rows, boolean traffic, SwitchCheckpoints.Expected expected) {
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      float[][] got = infer(parties, model, rows).embeddings();
      assertEquals(
          traffic, parties.transcript().stream().anyMatch(line -> line.contains("look-up")));
      for (int row = 0; row < got.length; row++) {
        double[] hidden =
            Arrays.stream(expected.hidden()[row]).flatMapToDouble(Arrays::stream).toArray();
        assertArrayEquals(hidden, doubles(got[row]), CLOSE, "row " + row);
      }
    }
  }

  private Path calibrated(String name) {
    Path copy = SwitchCheckpoints.copy(name, directory, config -> {});
    CalibrateCommand.run(copy, SwitchCheckpoints.expected(name).ids());
    return copy;
  }

  private static Predictions infer(Link link, Path directory, Output output, int[][] ids) {
    ServerModel model = ServerModel.load(directory, Profile.DEFAULT, output);
    int longest = Arrays.stream(ids).mapToInt(row -> row.length).max().orElseThrow();
    TokenRows rows = new TokenRows(ids, longest);
    try (TwoParties parties = new TwoParties(link)) {
      return infer(parties, model, rows);
    }
  }

  private static Predictions infer(TwoParties parties, ServerModel model, TokenRows rows) {
    return parties
        .run(
            c ->
                Inference.client(
                    c, LayerList.fromJson(model.layers().toJson()), rows, Strategy.SELECT),
            s -> {
              Inference.server(s, model, rows.sequences(), Strategy.SELECT);
              return null;
            })
        .client();
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
