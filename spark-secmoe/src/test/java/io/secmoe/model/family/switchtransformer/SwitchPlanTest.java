// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.layer.AttentionWeights;
import io.secmoe.linear.LinearWeights;
import io.secmoe.linear.Weights;
import io.secmoe.model.calibration.CalibrateCommand;
import io.secmoe.model.calibration.Calibration;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.SafetensorsFile;
import io.secmoe.model.checkpoint.SafetensorsFile.Floats;
import io.secmoe.model.checkpoint.TensorFiles;
import io.secmoe.model.directory.Checkpoint;
import io.secmoe.model.inference.ServedWeights;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.model.input.TokenInput;
import io.secmoe.model.layers.AttentionSpec;
import io.secmoe.model.layers.EmbeddingSpec;
import io.secmoe.model.layers.FeedForwardSpec;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.LayerSpec;
import io.secmoe.model.layers.LinearSpec;
import io.secmoe.model.layers.MoeSpec;
import io.secmoe.model.layers.NormSpec;
import io.secmoe.model.layers.Output;
import io.secmoe.model.layers.PoolSpec;
import io.secmoe.moe.MoeWeights;
import io.secmoe.party.Profile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The layers, scales and weights as which a Switch Transformers checkpoint is served, and
 * checkpoints that cannot be served.
 */
class SwitchPlanTest {
  @TempDir Path directory;

  static List<String> names() {
    return SwitchCheckpoints.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyCheckpointIsCalibratedAndServed(String name) {
    calibrate(name);
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      for (Output output : checkpoint.architecture().outputs()) {
        LayerList layers = load(output).layers();
        assertEquals(layers, LayerList.fromJson(layers.toJson()));
        assertEquals(output, layers.output());
        assertEquals(Profile.DEFAULT, layers.profile());
      }
    }
  }

  @Test
  void layersFollowTheConfiguration() {
    calibrate("classifier-mean");
    List<String> body =
        List.of(
            "shared",
            "encoder.block.0.layer.0",
            "encoder.block.0.layer.1",
            "encoder.block.1.layer.0",
            "encoder.block.1.layer.1",
            "encoder.final_layer_norm",
            "pool");
    List<LayerSpec<?>> layers = load(Output.LABEL).layers().layers();
    assertEquals(body, layers.stream().limit(7).map(LayerSpec::name).toList());
    assertEquals(
        List.of(
            EmbeddingSpec.class,
            AttentionSpec.class,
            FeedForwardSpec.class,
            AttentionSpec.class,
            MoeSpec.class,
            NormSpec.class,
            PoolSpec.class,
            LinearSpec.class),
        layers.stream().map(Object::getClass).toList());
    assertEquals("classifier", layers.get(7).name());
    assertEquals(List.of("cat", "dog", "newt"), load(Output.LOGITS).layers().labels());
    LayerList embeddings = load(Output.EMBEDDINGS).layers();
    assertEquals(List.of(), embeddings.labels());
    assertEquals(24, embeddings.width());
    assertEquals(new TokenInput(53, 32), embeddings.input());
    MoeSpec moe = (MoeSpec) layers.get(4);
    assertEquals(
        List.of(5, 1, 0),
        List.of(moe.shape().experts(), moe.shape().topK(), moe.shape().router().capacity()));
    // What goes into a norm is what comes out of the layer before.
    Calibration calibration = Calibration.read(directory, digest());
    assertEquals(calibration.bits("encoder.block.1.layer.0"), moe.norm().rangeBits());
    assertEquals(1e-6, moe.norm().epsilon());
  }

  @Test
  void gainsAreInTheColumnsOfWhatFollows() {
    Map<String, Floats> tensors = SwitchCheckpoints.tensors("capacity");
    calibrate("capacity");
    ServerModel model = load(Output.EMBEDDINGS);
    String attention = "encoder.block.1.layer.0.";
    AttentionWeights weights = ServedWeights.of(model, 3, AttentionWeights.class);
    assertFolded(
        tensors.get(attention + "SelfAttention.q.weight"),
        tensors.get(attention + "layer_norm.weight"),
        weights.query().weights(),
        0);
    assertFolded(
        tensors.get(attention + "SelfAttention.v.weight"),
        tensors.get(attention + "layer_norm.weight"),
        weights.value().weights(),
        0);
    assertFolded(
        tensors.get(attention + "SelfAttention.o.weight"), null, weights.output().weights(), 0);
    Floats positions =
        tensors.get("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight");
    // Buckets × heads in the file; distance 1 is the first of the second half of 8 buckets but one.
    assertEquals(positions.values()[5 * 2 + 1], weights.position().at(1, 1));
    assertEquals(positions.values()[2], weights.position().at(0, -1));

    String sparse = "encoder.block.1.layer.1.";
    MoeWeights moe = ServedWeights.of(model, 4, MoeWeights.class);
    Floats gain = tensors.get(sparse + "layer_norm.weight");
    assertFolded(
        tensors.get(sparse + "mlp.router.classifier.weight"), gain, moe.router().weights(), 0);
    for (int expert = 0; expert < 3; expert++) {
      assertFolded(
          tensors.get(sparse + "mlp.experts.expert_" + expert + ".wi.weight"),
          gain,
          moe.experts().up().weights(),
          expert);
      assertFolded(
          tensors.get(sparse + "mlp.experts.expert_" + expert + ".wo.weight"),
          null,
          moe.experts().down().weights(),
          expert);
    }
    float[] bias = tensors.get(sparse + "mlp.router.classifier.bias").values();
    for (int i = 0; i < bias.length; i++) {
      assertEquals(
          Math.round(Math.scalb((double) bias[i], 12 + moe.router().weights().fraction())),
          moe.router().bias()[i]);
    }
    LinearWeights diagonal = ServedWeights.of(model, 6, LinearWeights.class);
    assertNull(diagonal.bias());
    float[] last = tensors.get("encoder.final_layer_norm.weight").values();
    for (int i = 0; i < 20 * 20; i++) {
      double expected = i % 21 == 0 ? last[i / 21] : 0;
      assertEquals(
          Math.round(Math.scalb(expected, diagonal.weights().fraction())),
          diagonal.weights().get(i));
    }
  }

  @Test
  void gatedLayersHaveBothFirstMatricesInOne() {
    Map<String, Floats> tensors = SwitchCheckpoints.tensors("gated");
    calibrate("gated");
    Weights up =
        ServedWeights.of(load(Output.EMBEDDINGS), 4, MoeWeights.class).experts().up().weights();
    assertEquals(List.of(4, 56, 24), List.of(up.groups(), up.rows(), up.columns()));
    String expert = "encoder.block.1.layer.1.mlp.experts.expert_2.";
    Floats gain = tensors.get("encoder.block.1.layer.1.layer_norm.weight");
    assertFolded(tensors.get(expert + "wi_0.weight"), gain, up, 4);
    assertFolded(tensors.get(expert + "wi_1.weight"), gain, up, 5);
  }

  @ParameterizedTest
  @CsvSource({
    "encoder.block.0.layer.0.SelfAttention.q.weight, 4000,"
        + " encoder.block.0.layer.0.SelfAttention.q.weight",
    "encoder.block.0.layer.0.SelfAttention.k.weight, 4000,"
        + " encoder.block.0.layer.0.SelfAttention.k.weight",
    "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight, 50000,"
        + " encoder.block.0.layer.0.SelfAttention.q.weight",
    "encoder.block.1.layer.0.SelfAttention.v.weight, 4000,"
        + " encoder.block.1.layer.0.SelfAttention.v.weight",
    "encoder.block.1.layer.0.SelfAttention.o.weight, 1e5,"
        + " encoder.block.1.layer.1.layer_norm.weight",
    "encoder.block.0.layer.1.mlp.wi.weight, 2000, encoder.block.0.layer.1.mlp.wi.weight",
    "encoder.block.0.layer.1.mlp.wo.weight, 1e5, encoder.block.1.layer.0.layer_norm.weight",
    "encoder.block.1.layer.1.mlp.router.classifier.weight, 400,"
        + " encoder.block.1.layer.1.mlp.router.classifier.weight",
    "encoder.block.1.layer.1.layer_norm.weight, 2000,"
        + " encoder.block.1.layer.1.mlp.router.classifier.weight",
    "encoder.block.1.layer.1.mlp.experts.expert_3.wi.weight, 2000,"
        + " encoder.block.1.layer.1.mlp.experts.*.wi.weight",
    "encoder.block.1.layer.1.mlp.experts.expert_3.wo.weight, 1e5, encoder.final_layer_norm.weight",
    "shared.weight, 1e6, shared.weight",
    "classifier.weight, 1e9, classifier.weight",
    "encoder.final_layer_norm.weight, 1e9, classifier.weight",
  })
  void whatDoesNotFitIsRefusedByTensor(String tensor, float factor, String named) {
    Map<String, Floats> tensors = SwitchCheckpoints.tensors("classifier-mean");
    float[] values = tensors.get(tensor).values();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    SwitchCheckpoints.copy(
        "classifier-mean", directory, config -> config.put("dense_act_fn", "gelu"));
    SafetensorsFile.write(directory.resolve("model.safetensors"), tensors);
    ModelException refused =
        assertThrows(
            ModelException.class,
            () ->
                CalibrateCommand.run(
                    directory, SwitchCheckpoints.expected("classifier-mean").ids()));
    assertEquals("tensor " + named, refused.where(), refused.getMessage());
    assertFalse(Files.exists(directory.resolve("calibration.json")));
  }

  private void calibrate(String name) {
    SwitchCheckpoints.copy(name, directory, config -> {});
    CalibrateCommand.run(directory, SwitchCheckpoints.expected(name).ids());
  }

  private ServerModel load(Output output) {
    return ServerModel.load(directory, Profile.DEFAULT, output);
  }

  private String digest() {
    try (TensorFiles files = TensorFiles.open(directory)) {
      return files.sha256();
    }
  }

  /** Rows from block·(rows of the tensor) on are the tensor's with the gain in its columns. */
  private static void assertFolded(Floats tensor, Floats gain, Weights weights, int block) {
    int columns = weights.columns();
    long[] expected = new long[tensor.values().length];
    long[] actual = new long[expected.length];
    for (int i = 0; i < expected.length; i++) {
      double value = (double) tensor.values()[i] * (gain == null ? 1 : gain.values()[i % columns]);
      expected[i] = Math.round(Math.scalb(value, weights.fraction()));
      actual[i] = weights.get((long) block * expected.length + i);
    }
    assertTrue(weights.fraction() > 5);
    assertArrayEquals(expected, actual);
  }
}
