// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.SafetensorsFile.Floats;
import io.secmoe.model.directory.FloatModel;
import io.secmoe.model.inference.FixedPointModel;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.model.plaintext.PlainMath;
import io.secmoe.model.plaintext.PlainResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainModelsTest {
  @TempDir Path directory;

  /** Values of erfc to 15 decimals and more. */
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "0.1, 0.887537083981715",
    "0.5, 0.479500122186953",
    "1, 0.157299207050285",
    "2, 0.004677734981047",
    "2.999999, 2.209063625205517e-05",
    "3.0, 2.2090496998585438e-05",
    "4.0, 1.541725790028002e-08",
    "6.0, 2.1519736712498916e-17"
  })
  void erfcIsExact(double x, double expected) {
    assertEquals(expected, PlainMath.erfc(x), x < 3 ? 1e-15 : 1e-12 * expected);
  }

  @Test
  void geluIsTheErfForm() {
    assertEquals(0.841344746068543, PlainMath.gelu(1), 1e-14);
    assertEquals(-0.158655253931457, PlainMath.gelu(-1), 1e-14);
    assertEquals(0, PlainMath.gelu(0));
    assertEquals(9, PlainMath.gelu(9), 1e-14);
    assertEquals(0, PlainMath.gelu(-9), 1e-14);
  }

  /** One feature, width 1: every number can be followed by hand. */
  @Test
  void theFloatModelComputesWhatItsJavadocSays() {
    String config =
        """
        {"format":"secmoe-1","name":"tiny","architecture":"token-wise-moe","input_features":1,\
        "d_model":1,"blocks":1,"experts":2,
         "top_k":1,"d_ff":1,"activation":"gelu","router":"softmax","classes":1,"labels":["y"]}
        """;
    RandomModel tiny = RandomModel.seeded(1);
    for (String old :
        new String[] {"blocks.1.router.weight", "blocks.1.experts.w1", "blocks.1.experts.w2"}) {
      tiny.without(old);
    }
    tiny.with("embed.weight", new Floats(new long[] {1, 1}, new float[] {2}))
        .with("embed.bias", new Floats(new long[] {1}, new float[] {-1}))
        .with("blocks.0.router.weight", new Floats(new long[] {2, 1}, new float[] {0.5f, -0.5f}))
        .with("blocks.0.experts.w1", new Floats(new long[] {2, 1, 1}, new float[] {1, -2}))
        .with("blocks.0.experts.w2", new Floats(new long[] {2, 1, 1}, new float[] {3, 0.25f}))
        .with("head.weight", new Floats(new long[] {1, 1}, new float[] {-1}))
        .with("head.bias", new Floats(new long[] {1}, new float[] {0.125f}))
        .write(directory, config);
    PlainResult result = FloatModel.load(directory).run(new float[][] {{1}, {0}, {0.5f}});
    double gate = 1 / (1 + Math.exp(-1));
    // x = 1: expert 0, gelu(1); x = −1: expert 1, gelu(2); x = 0: a tie, expert 0, gelu(0).
    assertEquals(0.125 - (1 + gate * 3 * 0.841344746068543), result.logits()[0][0], 1e-12);
    assertEquals(0.125 - (-1 + gate * 0.25 * 2 * 0.977249868051821), result.logits()[1][0], 1e-12);
    assertEquals(0.125, result.logits()[2][0], 1e-12);
    assertArrayEquals(new int[][] {{0, 1, 0}}, result.experts());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void fixedPointFollowsFloat(long seed) {
    RandomModel.seeded(seed).writeCalibrated(directory);
    FloatModel plain = FloatModel.load(directory);
    FixedPointModel fixed = FixedPointModel.of(ServerModel.load(directory));
    float[][] rows = RandomModel.rows(100 + seed, 300);
    PlainResult expected = plain.run(rows);
    PlainResult actual = fixed.run(rows);
    int otherExperts = 0;
    for (int row = 0; row < rows.length; row++) {
      if (expected.experts()[0][row] != actual.experts()[0][row]
          || expected.experts()[1][row] != actual.experts()[1][row]) {
        otherExperts++;
        continue;
      }
      assertArrayEquals(expected.logits()[row], actual.logits()[row], 0.02, "row " + row);
    }
    // Near ties may fall the other way under rounding; a wrong router would do so for most rows.
    assertTrue(otherExperts <= 6, otherExperts + " rows");
  }

  @Test
  void anotherActivationChangesTheFixedPointModel() {
    ServerModel model = ServerModel.load(RandomModel.seeded(1).writeCalibrated(directory));
    float[][] rows = RandomModel.rows(9, 20);
    double[][] exact = FixedPointModel.of(model).run(rows).logits();
    assertArrayEquals(exact, FixedPointModel.of(model, PlainMath::gelu).run(rows).logits());
    double[] silent = FixedPointModel.of(model, x -> 0).run(rows).logits()[0];
    assertTrue(Math.abs(silent[0] - exact[0][0]) > 0.01);
  }

  @Test
  void valuesOutsideTheCalibratedRangeAreRefusedByName() {
    FixedPointModel model =
        FixedPointModel.of(ServerModel.load(RandomModel.seeded(1).writeCalibrated(directory)));
    float[][] row = {{0, 0, 0, 0, 0, 2}};
    assertEquals(
        "value features", assertThrows(ModelException.class, () -> model.run(row)).where());
  }
}
