// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.SafetensorsFile;
import io.secmoe.model.checkpoint.SafetensorsFile.Floats;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.family.switchtransformer.SwitchCheckpoints;
import io.secmoe.model.inference.Inference;
import io.secmoe.model.inference.Predictions;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.Output;
import io.secmoe.moe.Strategy;
import io.secmoe.party.Profile;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The choice of the plaintext prime, and that a model is right with a larger one. */
class CalibratorTest {
  @TempDir Path directory;

  private static final String BIAS =
      "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";

  /** Large scores need a larger t, up to where none is left. */
  @ParameterizedTest
  @CsvSource({"1, 41", "1500, 41", "3000, 42", "6000, 43"})
  void thePrimeIsTheSmallestThatFits(float factor, int bits) {
    Calibration calibration = calibrate(factor);
    assertEquals(bits, calibration.t().bits());
    assertEquals(
        bits > 41 ? List.of(60, 60, 60, 38) : Profile.DEFAULT.primeBits(), calibration.primeBits());
    LayerList layers = ServerModel.load(directory, Profile.DEFAULT, Output.EMBEDDINGS).layers();
    assertEquals(calibration.t(), layers.profile().t());
    assertEquals(Profile.DEFAULT.ot(), layers.profile().ot());
  }

  @Test
  void whereNoneFitsTheTensorIsNamedAsForTheSmallest() {
    ModelException refused = assertThrows(ModelException.class, () -> calibrate(12000));
    assertEquals("tensor encoder.block.0.layer.0.SelfAttention.q.weight", refused.where());
    assertTrue(refused.what().contains("scores up to 2^16"), refused.what());
    assertEquals(2, refused.getSuppressed().length);
  }

  @Test
  void aModelIsRightWithTheLargestPrime() {
    calibrate(6000);
    assertRight();
  }

  /** A residual stream of thousands, as trained models of this kind have it. */
  @Test
  void aModelOfLargeValuesIsRight() {
    Calibration calibration =
        calibrate(
            Map.of(
                "shared.weight",
                100f,
                "encoder.block.0.layer.0.SelfAttention.o.weight",
                300f,
                "encoder.block.0.layer.1.mlp.experts.expert_0.wo.weight",
                1000f,
                "encoder.block.0.layer.1.mlp.experts.expert_1.wo.weight",
                1000f));
    assertTrue(calibration.bits("encoder.block.0.layer.1") >= 11, calibration.ranges().toString());
    assertRight();
  }

  private void assertRight() {
    int[][] ids = SwitchCheckpoints.expected("one-layer").ids();
    double[][] plain = FloatModel.load(directory).run(ids).embeddings();
    ServerModel model = ServerModel.load(directory, Profile.DEFAULT, Output.EMBEDDINGS);
    TokenRows rows = TokenRows.padded(ids);
    try (TwoParties parties = new TwoParties(Link.MEMORY, model.layers().profile())) {
      Predictions got =
          parties
              .run(
                  c -> Inference.client(c, model.layers(), rows, Strategy.SELECT),
                  s -> {
                    Inference.server(s, model, rows.sequences(), Strategy.SELECT);
                    return null;
                  })
              .client();
      for (int row = 0; row < ids.length; row++) {
        for (int i = 0; i < plain[row].length; i++) {
          assertEquals(plain[row][i], got.embeddings()[row][i], 0x1p-5, "row " + row);
        }
      }
    }
  }

  /** Calibrates with the position bias times a factor. */
  private Calibration calibrate(float factor) {
    return calibrate(Map.of(BIAS, factor));
  }

  /** Calibrates with tensors times factors. */
  private Calibration calibrate(Map<String, Float> factors) {
    Map<String, Floats> tensors = SwitchCheckpoints.tensors("one-layer");
    factors.forEach(
        (name, factor) -> {
          float[] values = tensors.get(name).values();
          for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
          }
        });
    SwitchCheckpoints.copy("one-layer", directory, config -> {});
    SafetensorsFile.write(directory.resolve("model.safetensors"), tensors);
    return CalibrateCommand.run(directory, SwitchCheckpoints.expected("one-layer").ids());
  }
}
