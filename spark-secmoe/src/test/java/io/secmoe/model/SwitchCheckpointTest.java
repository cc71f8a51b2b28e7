package io.secmoe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.SafetensorsFile.Floats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tensors of a Switch Transformers checkpoint: exactly those that the configuration calls for, under the library's names. */
class SwitchCheckpointTest {
  private static final String TABLE = "shared.weight";

  @TempDir
  Path directory;

  @ParameterizedTest
  @CsvSource({"shared.weight", "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
      "encoder.block.1.layer.0.SelfAttention.k.weight", "encoder.block.0.layer.1.layer_norm.weight", "encoder.final_layer_norm.weight",
      "encoder.block.0.layer.1.mlp.wi.weight", "encoder.block.1.layer.1.mlp.router.classifier.weight",
      "encoder.block.1.layer.1.mlp.router.classifier.bias", "encoder.block.1.layer.1.mlp.experts.expert_2.wo.weight"})
  void missingMisshapenAndInfiniteTensorsAreNamed(String tensor) {
    Floats right = SwitchCheckpoints.tensors("capacity").get(tensor);
    assertRefused("capacity", all -> all.remove(tensor), tensor, "the tensor is missing");
    assertRefused("capacity", all -> all.put(tensor, new Floats(new long[] {3, 3, 3}, new float[27])), tensor,
        "its shape is [3, 3, 3], the configuration calls for");
    assertRefused("capacity", all -> {
      right.values()[right.values().length - 1] = Float.NaN;
      all.put(tensor, right);
    }, tensor, "is not a number");
  }

  @Test
  void tensorsThatNobodyAskedForAreNamed() {
    assertRefused("mixed", all -> all.put("encoder.block.0.layer.1.mlp.wi.bias", new Floats(new long[] {1}, new float[1])),
        "encoder.block.0.layer.1.mlp.wi.bias", "the architecture has no use for it");
    assertRefused("mixed", all -> all.put("classifier.weight", new Floats(new long[] {1}, new float[1])), "classifier.weight",
        "the architecture has no use for it");
    assertRefused("classifier-mean", all -> all.remove("classifier.bias"), "classifier.bias", "the tensor is missing");
  }

  @Test
  void integersAreNoWeights() throws Exception {
    Path file = SwitchCheckpoints.copy("one-layer", directory, config -> {}).resolve("model.safetensors");
    String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    Files.write(file, content.replaceFirst("\"F32\"", "\"I32\"").getBytes(StandardCharsets.ISO_8859_1));
    ModelException refused = assertThrows(ModelException.class, () -> FloatModel.load(directory));
    assertTrue(refused.getMessage().contains("its elements are I32, weights are floating-point numbers"), refused.getMessage());
  }

  @Test
  void ofAWholeModelTheEncoderIsServedAndTheRestIsTold() {
    try (Checkpoint whole = Checkpoint.open(SwitchCheckpoints.ALL.resolve("whole"))) {
      assertTrue(whole.ignored().contains("lm_head.weight"), whole.ignored().toString());
      assertTrue(whole.ignored().stream().allMatch(name -> name.startsWith("decoder.") || name.equals("lm_head.weight")));
      assertTrue(whole.ignored().size() > 10);
    }
    try (Checkpoint encoder = Checkpoint.open(SwitchCheckpoints.ALL.resolve("mixed"))) {
      assertTrue(encoder.ignored().isEmpty());
    }
  }

  @Test
  void theTableHasTwoNamesAndOneContent() {
    int[][] ids = SwitchCheckpoints.expected("one-layer").ids();
    double[] expected = FloatModel.load(SwitchCheckpoints.ALL.resolve("one-layer")).run(ids).embeddings()[1];
    write("one-layer", all -> all.put("encoder.embed_tokens.weight", all.remove(TABLE)));
    assertEquals(expected[0], FloatModel.load(directory).run(ids).embeddings()[1][0]);
    write("one-layer", all -> all.put("encoder.embed_tokens.weight", all.get(TABLE)));
    assertEquals(expected[0], FloatModel.load(directory).run(ids).embeddings()[1][0]);
    Floats table = SwitchCheckpoints.tensors("one-layer").get(TABLE);
    table.values()[5] += 1;
    assertRefused("one-layer", all -> all.put("encoder.embed_tokens.weight", table), "encoder.embed_tokens.weight",
        "it differs from shared.weight");
  }

  private void assertRefused(String name, Consumer<Map<String, Floats>> change, String tensor, String problem) {
    write(name, change);
    ModelException refused = assertThrows(ModelException.class,
        () -> FloatModel.load(directory).run(SwitchCheckpoints.expected(name).ids()));
    assertTrue(refused.where().endsWith("tensor " + tensor), refused.getMessage());
    assertTrue(refused.what().contains(problem), refused.getMessage());
  }

  private void write(String name, Consumer<Map<String, Floats>> change) {
    try {
      for (String file : new String[] {"config.json", "expected.json", "model.safetensors"}) {
        Files.deleteIfExists(directory.resolve(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Floats> tensors = SwitchCheckpoints.tensors(name);
    change.accept(tensors);
    SafetensorsFile.write(SwitchCheckpoints.copy(name, directory, config -> {}).resolve("model.safetensors"), tensors);
  }
}
