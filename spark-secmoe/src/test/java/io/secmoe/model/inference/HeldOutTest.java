// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.layer.EmbeddingShape;
import io.secmoe.model.calibration.CalibrateCommand;
import io.secmoe.model.calibration.Calibration;
import io.secmoe.model.calibration.Range;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.CapacityRule;
import io.secmoe.model.layers.EmbeddingSpec;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.MoeSpec;
import io.secmoe.model.layers.Output;
import io.secmoe.moe.ExpertScales;
import io.secmoe.moe.Strategy;
import io.secmoe.party.Profile;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Properties that the samples of a calibration lack do not make results wrong, and are named. */
class HeldOutTest {
  private static final double CLOSE = 0x1p-5;

  @TempDir Path directory;

  @Test
  void thePlaintextReferenceSaysWhatTheLibrarySays() {
    double[][] got =
        FloatModel.load(HeldOut.PLAIN.write(directory)).run(HeldOut.ids()).embeddings();
    for (int row = 0; row < got.length; row++) {
      double[] expected =
          Arrays.stream(HeldOut.hidden()[row]).flatMapToDouble(Arrays::stream).toArray();
      assertArrayEquals(expected, got[row], 2e-5, "row " + row);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EXPERT", "TOKEN"})
  void resultsAreThoseOfThePlaintextReference(HeldOut model) {
    CalibrateCommand.run(model.write(directory), model.samples());
    double[][] expected = FloatModel.load(directory).run(HeldOut.ids()).embeddings();
    Predictions predictions =
        infer(ServerModel.load(directory, Profile.DEFAULT, Output.EMBEDDINGS), Strategy.SELECT);
    assertArrayEquals(new boolean[expected.length], predictions.outOfRange());
    float[][] got = predictions.embeddings();
    for (int row = 0; row < got.length; row++) {
      assertEquals(0, worst(expected[row], got[row]), CLOSE, "row " + row);
    }
  }

  /**
   * The other orders give the same results: an expert that is stored smaller counts for as much in
   * them.
   */
  @Test
  void allStrategiesCountTheExpertsAlike() {
    CalibrateCommand.run(HeldOut.EXPERT.write(directory), HeldOut.EXPERT.samples());
    double[][] expected = FloatModel.load(directory).run(HeldOut.ids()).embeddings();
    float[][] got =
        infer(ServerModel.load(directory, Profile.DEFAULT, Output.EMBEDDINGS), Strategy.ALL)
            .embeddings();
    for (int row = 0; row < got.length; row++) {
      assertEquals(0, worst(expected[row], got[row]), CLOSE, "row " + row);
    }
  }

  /**
   * Served with ranges that some rows leave: those are marked, by the right party, and the others
   * are right.
   */
  @ParameterizedTest
  @EnumSource(names = {"EXPERT", "TOKEN"})
  void rowsThatLeaveTheirRangesAreMarked(HeldOut model) {
    Calibration plain =
        CalibrateCommand.run(
            HeldOut.PLAIN.write(directory.resolve("plain")), HeldOut.PLAIN.samples());
    Path changed = model.write(directory.resolve("changed"));
    Calibration own = CalibrateCommand.run(changed, model.samples());
    Map<String, Range> ranges = new HashMap<>(plain.ranges());
    ranges.put("shared", own.ranges().get("shared"));
    new Calibration(
            own.weightsDigest(), own.samples(), ranges, own.fractions(), own.primeBits(), own.t())
        .write(changed);

    double[][] expected = FloatModel.load(changed).run(HeldOut.ids()).embeddings();
    Predictions got =
        infer(ServerModel.load(changed, Profile.DEFAULT, Output.EMBEDDINGS), Strategy.SELECT);
    boolean[] leaving =
        model == HeldOut.TOKEN
            ? new boolean[] {false, false, true, false, false}
            : new boolean[] {true, false, true, true, false};
    assertArrayEquals(leaving, got.outOfRange());
    for (int row = 0; row < leaving.length; row++) {
      if (!leaving[row]) {
        assertEquals(0, worst(expected[row], got.embeddings()[row]), CLOSE, "row " + row);
      }
    }
  }

  /** Rows without the large one keep the table's precision. */
  @Test
  void oneLargeRowTakesNoBitsFromTheOthers() {
    Calibration plain =
        CalibrateCommand.run(
            HeldOut.PLAIN.write(directory.resolve("plain")), HeldOut.PLAIN.samples());
    assertEquals(8, plain.fraction("shared.weight"));
    Calibration large =
        CalibrateCommand.run(
            HeldOut.TOKEN.write(directory.resolve("large")), HeldOut.TOKEN.samples());
    assertEquals(12, large.fraction("shared.weight"));
    assertEquals(1, table(directory.resolve("plain")).limbs());
    assertEquals(2, table(directory.resolve("large")).limbs());
  }

  /** Nor does one expert's large matrix: it is stored smaller, and its selector counts for more. */
  @Test
  void oneLargeExpertTakesNoBitsFromTheOthers() {
    String matrix = "encoder.block.1.layer.1.mlp.experts.*.wo.weight";
    Calibration plain =
        CalibrateCommand.run(
            HeldOut.PLAIN.write(directory.resolve("plain")), HeldOut.PLAIN.samples());
    Calibration large =
        CalibrateCommand.run(
            HeldOut.EXPERT.write(directory.resolve("large")), HeldOut.EXPERT.samples());
    assertEquals(11, plain.fraction(matrix));
    assertTrue(large.fraction(matrix) >= 11, "fraction bits: " + large.fraction(matrix));
    ServerModel served =
        ServerModel.load(directory.resolve("large"), Profile.DEFAULT, Output.EMBEDDINGS);
    LayerList layers = LayerList.fromJson(served.layers().toJson());
    assertEquals(served.layers(), layers);
    ExpertScales scales =
        layers.layers().stream()
            .filter(MoeSpec.class::isInstance)
            .map(layer -> ((MoeSpec) layer).shape().scales())
            .findFirst()
            .orElseThrow();
    assertTrue(scales.down(2) >= 2 && scales.down(0) <= 1, scales.toString());
  }

  private static double worst(double[] expected, float[] got) {
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(expected[i] - got[i]));
    }
    return worst;
  }

  private static EmbeddingShape table(Path model) {
    LayerList layers = ServerModel.load(model, Profile.DEFAULT, Output.EMBEDDINGS).layers();
    return ((EmbeddingSpec) LayerList.fromJson(layers.toJson()).layers().get(0)).shape();
  }

  private static Predictions infer(ServerModel server, Strategy strategy) {
    TokenRows rows = TokenRows.padded(HeldOut.ids());
    try (TwoParties parties = new TwoParties(Link.MEMORY)) {
      return parties
          .run(
              c ->
                  Inference.client(c, LayerList.fromJson(server.layers().toJson()), rows, strategy),
              s -> {
                Inference.server(s, server, rows.sequences(), strategy);
                return null;
              })
          .client();
    }
  }

  @Test
  void anExpertThatNoSampleUsesIsNamed() {
    List<String> warnings = new ArrayList<>();
    Path model = HeldOut.EXPERT.write(directory);
    CalibrateCommand.run(
        model,
        TokenRows.padded(HeldOut.EXPERT.samples()),
        Profile.DEFAULT,
        CapacityRule.LIBRARY,
        (run, done, all) -> {},
        warnings::add);
    assertTrue(
        warnings.stream()
            .anyMatch(w -> w.startsWith("encoder.block.1.layer.1.mlp.experts.expert_2: 0 tokens")),
        warnings::toString);
    assertTrue(
        warnings.stream().anyMatch(w -> w.startsWith("there are only 2 sample rows")),
        warnings::toString);
  }
}
