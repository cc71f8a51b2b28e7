// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.checkpoint.SafetensorsFile;
import io.secmoe.model.checkpoint.SafetensorsFile.Floats;
import io.secmoe.model.directory.Checkpoint;
import io.secmoe.model.directory.FloatModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tensors of a Switch Transformers checkpoint: exactly those that the configuration calls for,
 * under the library's names.
 */
class SwitchCheckpointTest {
  private static final String TABLE = "shared.weight";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "shared.weight",
    "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
    "encoder.block.1.layer.0.SelfAttention.k.weight",
    "encoder.block.0.layer.1.layer_norm.weight",
    "encoder.final_layer_norm.weight",
    "encoder.block.0.layer.1.mlp.wi.weight",
    "encoder.block.1.layer.1.mlp.router.classifier.weight",
    "encoder.block.1.layer.1.mlp.router.classifier.bias",
    "encoder.block.1.layer.1.mlp.experts.expert_2.wo.weight"
  })
  void missingMisshapenAndInfiniteTensorsAreNamed(String tensor) {
    Floats right = SwitchCheckpoints.tensors("capacity").get(tensor);
    assertRefused("capacity", all -> all.remove(tensor), tensor, "the tensor is missing");
    assertRefused(
        "capacity",
        all -> all.put(tensor, new Floats(new long[] {3, 3, 3}, new float[27])),
        tensor,
        "its shape is [3, 3, 3], the configuration calls for");
    assertRefused(
        "capacity",
        all -> {
          right.values()[right.values().length - 1] = Float.NaN;
          all.put(tensor, right);
        },
        tensor,
        "is not a number");
  }

  @Test
  void tensorsThatNobodyAskedForAreNamed() {
    assertRefused(
        "mixed",
        all ->
            all.put(
                "encoder.block.0.layer.1.mlp.wi.bias", new Floats(new long[] {1}, new float[1])),
        "encoder.block.0.layer.1.mlp.wi.bias",
        "the architecture has no use for it");
    assertRefused(
        "mixed",
        all -> all.put("classifier.weight", new Floats(new long[] {1}, new float[1])),
        "classifier.weight",
        "the architecture has no use for it");
    assertRefused(
        "classifier-mean",
        all -> all.remove("classifier.bias"),
        "classifier.bias",
        "the tensor is missing");
  }

  @Test
  void integersAreNoWeights() throws Exception {
    Path file =
        SwitchCheckpoints.copy("one-layer", directory, config -> {}).resolve("model.safetensors");
    String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    Files.write(
        file, content.replaceFirst("\"F32\"", "\"I32\"").getBytes(StandardCharsets.ISO_8859_1));
    ModelException refused = assertThrows(ModelException.class, () -> FloatModel.load(directory));
    assertTrue(
        refused.getMessage().contains("its elements are I32, weights are floating-point numbers"),
        refused.getMessage());
  }

  @Test
  void ofAWholeModelTheEncoderIsServedAndTheRestIsTold() {
    try (Checkpoint whole = Checkpoint.open(SwitchCheckpoints.ALL.resolve("whole"))) {
      assertTrue(whole.ignored().contains("lm_head.weight"), whole.ignored().toString());
      assertTrue(
          whole.ignored().stream()
              .allMatch(name -> name.startsWith("decoder.") || name.equals("lm_head.weight")));
      assertTrue(whole.ignored().size() > 10);
    }
    try (Checkpoint encoder = Checkpoint.open(SwitchCheckpoints.ALL.resolve("mixed"))) {
      assertTrue(encoder.ignored().isEmpty());
    }
  }

  @Test
  void theTableHasTwoNamesAndOneContent() {
    int[][] ids = SwitchCheckpoints.expected("one-layer").ids();
    double[] expected =
        FloatModel.load(SwitchCheckpoints.ALL.resolve("one-layer")).run(ids).embeddings()[1];
    write("one-layer", all -> all.put("encoder.embed_tokens.weight", all.remove(TABLE)));
    assertEquals(expected[0], FloatModel.load(directory).run(ids).embeddings()[1][0]);
    write("one-layer", all -> all.put("encoder.embed_tokens.weight", all.get(TABLE)));
    assertEquals(expected[0], FloatModel.load(directory).run(ids).embeddings()[1][0]);
    Floats table = SwitchCheckpoints.tensors("one-layer").get(TABLE);
    table.values()[5] += 1;
    assertRefused(
        "one-layer",
        all -> all.put("encoder.embed_tokens.weight", table),
        "encoder.embed_tokens.weight",
        "it differs from shared.weight");
  }

  @Test
  void aTensorThatIsSavedOnceHasItsOtherNamesFromTheMetadata() {
    int[][] ids = SwitchCheckpoints.expected("whole").ids();
    double[][] expected =
        FloatModel.load(SwitchCheckpoints.ALL.resolve("whole")).run(ids).embeddings();
    String kept = "decoder.embed_tokens.weight";
    Consumer<Map<String, Floats>> once =
        all -> {
          all.remove("encoder.embed_tokens.weight");
          all.put(kept, all.remove(TABLE));
        };
    assertRefused("whole", once, TABLE, "the tensor is missing");

    write("whole", once, Map.of("format", "pt", TABLE, kept));
    assertArrayEquals(expected, FloatModel.load(directory).run(ids).embeddings());
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertFalse(checkpoint.ignored().contains(kept), checkpoint.ignored().toString());
      assertEquals(TABLE, checkpoint.tensors().tensor(TABLE).name());
    }
    // An alias names what the architecture asks for, even where it has no use for the name that is
    // saved.
    write(
        "one-layer",
        all -> all.put("table", all.remove(TABLE)),
        Map.of(TABLE, "table", "encoder.embed_tokens.weight", "table"));
    int[][] few = SwitchCheckpoints.expected("one-layer").ids();
    assertArrayEquals(
        FloatModel.load(SwitchCheckpoints.ALL.resolve("one-layer")).run(few).embeddings(),
        FloatModel.load(directory).run(few).embeddings());
    // What is there is not replaced by an alias.
    write(
        "one-layer",
        all -> all.put("table", new Floats(new long[] {1}, new float[1])),
        Map.of(TABLE, "table"));
    assertEquals(
        "the architecture has no use for it, and ignoring it would compute another model",
        assertThrows(ModelException.class, () -> FloatModel.load(directory)).what());
  }

  @Test
  void aBeginningOfAllNamesIsLeftOutAndTold() {
    int[][] ids = SwitchCheckpoints.expected("classifier-mean").ids();
    double[][] expected =
        FloatModel.load(SwitchCheckpoints.ALL.resolve("classifier-mean")).run(ids).logits();
    for (String prefix : new String[] {"model.", "module.model."}) {
      write(
          "classifier-mean",
          all -> rename(all, name -> name.startsWith("classifier.") ? name : prefix + name));
      assertArrayEquals(expected, FloatModel.load(directory).run(ids).logits());
      assertEquals(
          List.of(
              "the names of this checkpoint's tensors begin with \""
                  + prefix
                  + "\"; they are read without it"),
          notes());
    }
    // Aliases have the beginning as well, and messages the names that stand in the file.
    write(
        "classifier-mean",
        all -> {
          rename(all, name -> "model." + name);
          all.put("model.table", all.remove("model." + TABLE));
        },
        Map.of("model." + TABLE, "model.table"));
    assertArrayEquals(expected, FloatModel.load(directory).run(ids).logits());
    assertRefused(
        "classifier-mean",
        all -> {
          rename(all, name -> "model." + name);
          all.put(
              "model.encoder.block.0.layer.1.mlp.wi.weight",
              new Floats(new long[] {1}, new float[1]));
        },
        "model.encoder.block.0.layer.1.mlp.wi.weight",
        "its shape is [1]");
  }

  @Test
  void aBeginningThatCouldBeAnotherIsRefused() {
    Consumer<Map<String, Floats>> two =
        all -> {
          Map<String, Floats> one = Map.copyOf(all);
          rename(all, name -> "student." + name);
          one.forEach((name, tensor) -> all.put("teacher." + name, tensor));
        };
    assertRefused(
        "one-layer",
        two,
        "student.encoder.final_layer_norm.weight",
        "it holds several models, whose tensors' names begin with student., teacher.");
    assertRefused(
        "one-layer",
        all ->
            all.put(
                "teacher.encoder.final_layer_norm.weight",
                new Floats(new long[] {1}, new float[1])),
        "teacher.encoder.final_layer_norm.weight",
        "the architecture has no use for it");
    assertRefused(
        "one-layer",
        all -> {
          Floats table = all.get(TABLE);
          rename(all, name -> "model." + name);
          all.put(TABLE, table);
        },
        TABLE,
        "two tensors have the name shared.weight");
  }

  @Test
  void whatCannotChangeTheModelIsIgnoredAndListed() throws Exception {
    int[][] ids = SwitchCheckpoints.expected("one-layer").ids();
    double[][] expected =
        FloatModel.load(SwitchCheckpoints.ALL.resolve("one-layer")).run(ids).embeddings();
    write(
        "one-layer",
        all -> {
          all.put("encoder.nothing", new Floats(new long[] {0, 7}, new float[0]));
          all.put("encoder.position_ids", new Floats(new long[] {1, 3}, new float[3]));
        });
    ModelException refused = assertThrows(ModelException.class, () -> FloatModel.load(directory));
    assertTrue(refused.where().endsWith("tensor encoder.position_ids"), refused.where());

    Path file = directory.resolve("model.safetensors");
    String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    String integers =
        content.replace(
            "\"encoder.position_ids\":{\"dtype\":\"F32\"",
            "\"encoder.position_ids\":{\"dtype\":\"U32\"");
    Files.write(file, integers.getBytes(StandardCharsets.ISO_8859_1));
    assertArrayEquals(expected, FloatModel.load(directory).run(ids).embeddings());
    assertEquals(
        List.of(
            "these tensors are ignored, because they are empty or hold integers, which are no"
                + " weights: encoder.nothing, encoder.position_ids"),
        notes());
  }

  @Test
  void aClassifierNeedsItsConfiguration() {
    write("classifier-mean", all -> {}, Map.of(), config -> config.remove("classifier_pooling"));
    ModelException refused = assertThrows(ModelException.class, () -> FloatModel.load(directory));
    assertTrue(refused.where().contains("tensor classifier."), refused.where());
    assertTrue(
        refused.remedy().contains("classifier_pooling (mean or first) and id2label in config.json"),
        refused.remedy());
  }

  @Test
  void anEncoderMayCarryNamesOfClasses() {
    int[][] ids = SwitchCheckpoints.expected("mixed").ids();
    write(
        "mixed",
        all -> {},
        Map.of(),
        config -> config.putObject("id2label").put("0", "LABEL_0").put("1", "LABEL_1"));
    assertArrayEquals(
        FloatModel.load(SwitchCheckpoints.ALL.resolve("mixed")).run(ids).embeddings(),
        FloatModel.load(directory).run(ids).embeddings());
    assertTrue(
        notes().get(0).startsWith("the class names of id2label are not used"), notes().toString());
  }

  private static void rename(Map<String, Floats> tensors, UnaryOperator<String> change) {
    Map<String, Floats> old = new LinkedHashMap<>(tensors);
    tensors.clear();
    old.forEach((name, tensor) -> tensors.put(change.apply(name), tensor));
  }

  private List<String> notes() {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      return checkpoint.notes();
    }
  }

  private void assertRefused(
      String name, Consumer<Map<String, Floats>> change, String tensor, String problem) {
    write(name, change);
    ModelException refused =
        assertThrows(
            ModelException.class,
            () -> FloatModel.load(directory).run(SwitchCheckpoints.expected(name).ids()));
    assertTrue(refused.where().endsWith("tensor " + tensor), refused.getMessage());
    assertTrue(refused.what().contains(problem), refused.getMessage());
  }

  private void write(String name, Consumer<Map<String, Floats>> change) {
    write(name, change, Map.of());
  }

  private void write(
      String name, Consumer<Map<String, Floats>> change, Map<String, String> metadata) {
    write(name, change, metadata, config -> {});
  }

  private void write(
      String name,
      Consumer<Map<String, Floats>> change,
      Map<String, String> metadata,
      Consumer<ObjectNode> configuration) {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Floats> tensors = SwitchCheckpoints.tensors(name);
    change.accept(tensors);
    SafetensorsFile.write(
        SwitchCheckpoints.copy(name, directory, configuration).resolve("model.safetensors"),
        tensors,
        metadata);
  }
}
