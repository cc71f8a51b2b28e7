package io.secmoe.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.secmoe.moe.Strategy;
import io.secmoe.party.Profile;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Switch Transformers in private against what the transformers library computes from the same checkpoint. */
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
    for (int row = 0; row < expected.ids().length; row++) {
      double[] embedding = expected.pooled() != null ? expected.pooled()[row]
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
      return parties.run(c -> Inference.client(c, LayerList.fromJson(model.layers().toJson()), rows, Strategy.SELECT), s -> {
        Inference.server(s, model, rows.sequences(), Strategy.SELECT);
        return null;
      }).client();
    }
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
