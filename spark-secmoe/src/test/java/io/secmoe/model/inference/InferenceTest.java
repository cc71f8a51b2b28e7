// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.calibration.SmallModel;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.input.FeatureRows;
import io.secmoe.model.layers.ModelDescription;
import io.secmoe.model.layers.Output;
import io.secmoe.model.plaintext.PlainResult;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.Profile;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole digits model between two parties, against the plaintext float model. */
class InferenceTest {
  private static final Path MODEL = Path.of("../notebooks/digits/token-wise/model");
  private static final int ROWS = 12;

  private final ServerModel model = ServerModel.load(MODEL);

  /**
   * Returns strokes of random length: inputs in the calibrated range, not digits, so every expert
   * may be met.
   */
  private static float[][] features(long seed) {
    Random random = new Random(seed);
    float[][] rows = new float[ROWS][64];
    for (float[] row : rows) {
      int from = random.nextInt(32);
      for (int i = from; i < from + 16 + random.nextInt(16); i++) {
        row[i] = random.nextInt(17) / 16f;
      }
    }
    return rows;
  }

  private float[][] infer(TwoParties parties, float[][] rows) {
    return infer(parties, model, rows).logits();
  }

  private static Predictions infer(TwoParties parties, ServerModel model, float[][] rows) {
    return parties
        .run(
            c -> Inference.client(c, model.layers(), new FeatureRows(rows), Strategy.SELECT),
            s -> {
              Inference.server(s, model, new Sequences(rows.length, 1), Strategy.SELECT);
              return null;
            })
        .client();
  }

  @Test
  void logitsAreThoseOfTheFloatModel() {
    float[][] rows = features(1);
    PlainResult plain = FloatModel.load(MODEL).run(rows);
    try (TwoParties parties = new TwoParties(Link.FLIGHT)) {
      float[][] logits = infer(parties, rows);
      for (int row = 0; row < ROWS; row++) {
        for (int i = 0; i < logits[row].length; i++) {
          assertEquals(plain.logits()[row][i], logits[row][i], 0.05, "row " + row + ", logit " + i);
        }
      }
    }
  }

  @Test
  void aLabelAloneIsThatOfTheFloatModelAndComesWithoutLogits(@TempDir Path folder) {
    Path small = SmallModel.write(folder);
    ServerModel reticent = ServerModel.load(small, Profile.DEFAULT, Output.LABEL);
    float[][] rows = SmallModel.rows(5, 40);
    int[] plain = FloatModel.load(small).run(rows).predictions();
    List<List<String>> transcripts = new ArrayList<>();
    for (float[][] input : List.of(rows, new float[rows.length][rows[0].length])) {
      try (TwoParties parties = new TwoParties(Link.MEMORY)) {
        Predictions predictions = infer(parties, reticent, input);
        assertNull(predictions.logits());
        transcripts.add(parties.transcript());
        long equal =
            IntStream.range(0, rows.length)
                .filter(row -> predictions.classes()[row] == plain[row])
                .count();
        assertTrue(
            input != rows || equal >= 37,
            "an untrained router has a near tie here and there, but only "
                + equal
                + " labels agree");
      }
    }
    assertEquals(transcripts.get(0), transcripts.get(1));
    assertNotEquals(ServerModel.load(small).digest(), reticent.digest());
    assertEquals(
        Output.LABEL, ModelDescription.fromJson(reticent.description().toJson()).layers().output());
  }

  @Test
  void theTranscriptDoesNotDependOnTheInput() {
    assertEquals(transcript(features(2)), transcript(new float[ROWS][64]));
  }

  private List<String> transcript(float[][] rows) {
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      infer(parties, rows);
      return parties.transcript();
    }
  }
}
