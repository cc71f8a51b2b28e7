package io.secmoe.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.secmoe.moe.Strategy;
import io.secmoe.party.Profile;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The whole digits model between two parties, against the plaintext float model. */
class InferenceTest {
  private static final Path MODEL = Path.of("../notebooks/digits/model");
  private static final int ROWS = 12;

  private final ServerModel model = ServerModel.load(MODEL);

  /** Strokes of random length: inputs in the calibrated range, not digits, so every expert may be met. */
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
    return parties.run(c -> Inference.client(c, model.layers(), rows, Strategy.SELECT), s -> {
      Inference.server(s, model, rows.length, Strategy.SELECT);
      return null;
    }).client();
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
  void aLabelAloneIsThatOfTheFloatModelAndComesWithoutLogits() {
    ServerModel reticent = ServerModel.load(MODEL, Profile.DEFAULT, Output.LABEL);
    float[][] rows = features(1);
    int[] plain = FloatModel.load(MODEL).run(rows).predictions();
    for (Link link : Link.values()) {
      try (TwoParties parties = new TwoParties(link)) {
        Predictions predictions = infer(parties, reticent, rows);
        assertArrayEquals(plain, predictions.classes());
        assertNull(predictions.logits());
      }
    }
    assertNotEquals(model.digest(), reticent.digest());
    assertEquals(Output.LABEL, ModelDescription.fromJson(reticent.description().toJson()).layers().output());
  }

  @Test
  void theTranscriptOfALabelDoesNotDependOnTheInput() {
    ServerModel reticent = ServerModel.load(MODEL, Profile.DEFAULT, Output.LABEL);
    List<List<String>> transcripts = new ArrayList<>();
    for (float[][] rows : List.of(features(2), new float[ROWS][64])) {
      try (TwoParties parties = new TwoParties(Link.MEMORY)) {
        infer(parties, reticent, rows);
        transcripts.add(parties.transcript());
      }
    }
    assertEquals(transcripts.get(0), transcripts.get(1));
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
