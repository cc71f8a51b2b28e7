// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.linear.LinearWeights;
import io.secmoe.linear.Weights;
import io.secmoe.model.calibration.CalibrateCommand;
import io.secmoe.model.calibration.RandomModel;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.SafetensorsFile.Floats;
import io.secmoe.model.layers.LayerSpec;
import io.secmoe.model.layers.LinearSpec;
import io.secmoe.model.layers.ModelDescription;
import io.secmoe.model.layers.MoeSpec;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.MoeWeights;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerModelTest {
  @TempDir Path directory;

  @Test
  void layersScalesAndWeightsFollowTheCheckpoint() {
    RandomModel random = RandomModel.seeded(1);
    ServerModel model = ServerModel.load(random.writeCalibrated(directory));
    assertEquals(
        List.of("embed", "blocks.0", "blocks.1", "head"),
        model.layers().layers().stream().map(LayerSpec::name).toList());
    assertEquals(List.of("a", "b", "c"), model.layers().labels());
    assertEquals("random", model.description().name());

    MoeShape shape = ((MoeSpec) model.layers().layers().get(2)).shape();
    MoeWeights moe = ServedWeights.of(model, 2, MoeWeights.class);
    assertQuantised(
        random.tensor("blocks.1.router.weight"),
        moe.router().weights(),
        shape.router().logits().fraction());
    assertQuantised(
        random.tensor("blocks.1.experts.w1"),
        moe.experts().up().weights(),
        shape.expert().up().fraction());
    assertQuantised(
        random.tensor("blocks.1.experts.w2"),
        moe.experts().down().weights(),
        shape.expert().down().fraction());
    assertEquals(
        List.of(4, 8, 16),
        List.of(
            moe.experts().down().weights().groups(),
            moe.experts().down().weights().rows(),
            moe.experts().down().weights().columns()));

    LinearWeights head = ServedWeights.of(model, 3, LinearWeights.class);
    int fraction = ((LinearSpec) model.layers().layers().get(3)).shape().weightFraction();
    assertQuantised(random.tensor("head.weight"), head.weights(), fraction);
    float[] bias = random.tensor("head.bias").values();
    for (int i = 0; i < bias.length; i++) {
      assertEquals(Math.round(Math.scalb((double) bias[i], 12 + fraction)), head.bias()[i]);
    }
    assertThrows(ClassCastException.class, () -> ServedWeights.of(model, 1, LinearWeights.class));
  }

  @Test
  void digestChangesWithOneWeightBitAndNotWithFormatting() throws Exception {
    ServerModel first = ServerModel.load(RandomModel.seeded(1).writeCalibrated(directory));
    Path config = directory.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace(",", "  ,\n\t") + "\n\n");
    Path calibration = directory.resolve("calibration.json");
    Files.writeString(
        calibration, Files.readString(calibration).replace("\n", "").replace(" ", ""));
    assertEquals(first.digest(), ServerModel.load(directory).digest());

    RandomModel changed = RandomModel.seeded(1);
    float[] router = changed.tensor("blocks.0.router.weight").values();
    router[5] = Float.intBitsToFloat(Float.floatToIntBits(router[5]) ^ 1);
    ServerModel second = ServerModel.load(changed.writeCalibrated(directory));
    assertEquals(first.layers(), second.layers());
    assertNotEquals(first.digest(), second.digest());
  }

  @Test
  void digestCoversThePublicDescription() {
    ModelDescription description =
        ServerModel.load(RandomModel.seeded(1).writeCalibrated(directory)).description();
    ModelDescription back = ModelDescription.fromJson(description.toJson());
    assertEquals(description, back);
    assertArrayEquals(description.toJson(), back.toJson());
    assertEquals(description.digest(), back.digest());
    assertTrue(description.digest().matches("[0-9a-f]{64}"));

    String json = new String(description.toJson(), StandardCharsets.UTF_8);
    for (String[] change :
        new String[][] {
          {"\"name\":\"random\"", "\"name\":\"Random\"", "name"},
          {"\"a\"", "\"A\"", "layers.labels"},
          {"\"bias\":true", "\"bias\":false", "layers.layers"}
        }) {
      assertTrue(json.contains(change[0]));
      byte[] changed = json.replace(change[0], change[1]).getBytes(StandardCharsets.UTF_8);
      ModelDescription other = ModelDescription.fromJson(changed);
      assertNotEquals(description.digest(), other.digest());
      assertEquals(List.of(change[2]), description.differences(other));
    }
    byte[] noHash =
        json.replace(description.weightsDigest(), "00").getBytes(StandardCharsets.UTF_8);
    assertThrows(ModelException.class, () -> ModelDescription.fromJson(noHash));
  }

  @Test
  void thePublicDescriptionHoldsNoWeights() {
    // The same shapes and ranges with other weights: descriptions differ in the weights' hash
    // alone.
    ModelDescription first =
        ServerModel.load(RandomModel.seeded(1).writeCalibrated(directory)).description();
    RandomModel other = RandomModel.seeded(1).scaled("head.weight", -1).scaled("head.bias", -1);
    ModelDescription second = ServerModel.load(other.writeCalibrated(directory)).description();
    assertEquals(
        new String(first.toJson(), StandardCharsets.UTF_8)
            .replace(first.weightsDigest(), second.weightsDigest()),
        new String(second.toJson(), StandardCharsets.UTF_8));
    assertFalse(Serializable.class.isAssignableFrom(ServerModel.class));
    assertFalse(Serializable.class.isAssignableFrom(LinearWeights.class));
    assertFalse(Serializable.class.isAssignableFrom(MoeWeights.class));
    assertFalse(Serializable.class.isAssignableFrom(Weights.class));
  }

  @Test
  void directoriesThatAreNoModelSayWhy() throws Exception {
    assertRefused("there is no such directory", directory.resolve("absent"));
    assertRefused("config.json: there is no such file", directory);
    Files.writeString(directory.resolve("config.json"), RandomModel.CONFIG);
    assertRefused("model.safetensors: there is no such file", directory);
    RandomModel.seeded(1).write(directory);
    assertRefused(
        "calibration.json: there is no such file. To fix it: run"
            + " io.secmoe.spark.server.CalibrateApplication",
        directory);
  }

  @Test
  void tensorsMustBeThoseOfTheArchitecture() {
    assertRefused(
        "tensor head.bias: the tensor is missing",
        RandomModel.seeded(1).without("head.bias").write(directory));
    assertRefused(
        "tensor embed.bias: its shape is [9], the configuration calls for [8]",
        RandomModel.seeded(1)
            .with("embed.bias", new Floats(new long[] {9}, new float[9]))
            .write(directory));
    assertRefused(
        "tensor blocks.0.experts.b1: the architecture has no use for it",
        RandomModel.seeded(1)
            .with("blocks.0.experts.b1", new Floats(new long[] {1}, new float[1]))
            .write(directory));
    assertRefused(
        "tensor blocks.1.experts.w2: the tensor is missing",
        RandomModel.seeded(1).without("blocks.1.experts.w2").write(directory));
  }

  @Test
  void weightsThatAreNotFiniteAreRefusedByName() {
    RandomModel broken = RandomModel.seeded(1);
    broken.tensor("blocks.1.experts.w1").values()[77] = Float.NaN;
    broken.write(directory);
    ModelException refused =
        assertThrows(
            ModelException.class, () -> CalibrateCommand.run(directory, RandomModel.rows(1, 4)));
    assertTrue(
        refused.getMessage().contains("tensor blocks.1.experts.w1: element 77 is not a number"),
        refused.getMessage());
    assertFalse(Files.exists(directory.resolve("calibration.json")));
  }

  private static void assertQuantised(Floats floats, Weights weights, int fraction) {
    assertEquals(fraction, weights.fraction());
    assertTrue(fraction > 0);
    for (int i = 0; i < floats.values().length; i++) {
      assertEquals(Math.round(Math.scalb((double) floats.values()[i], fraction)), weights.get(i));
    }
  }

  private static void assertRefused(String problem, Path directory) {
    ModelException refused = assertThrows(ModelException.class, () -> ServerModel.load(directory));
    assertTrue(refused.getMessage().contains(problem), refused.getMessage());
  }
}
