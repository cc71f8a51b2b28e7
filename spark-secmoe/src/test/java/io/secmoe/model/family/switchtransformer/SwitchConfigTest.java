// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.Pooling;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.model.directory.Families;
import io.secmoe.model.input.TokenInput;
import io.secmoe.model.layers.CapacityRule;
import io.secmoe.network.Activation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SwitchConfigTest {
  @TempDir Path directory;

  @Test
  void everyFieldThatMattersIsRead() throws Exception {
    assertEquals(
        new SwitchConfig(
            "switch_transformers",
            new TokenInput(53, 32),
            new SwitchConfig.Stack(24, 2, 1e-6),
            new SwitchConfig.Attention(new AttentionShape.Heads(4, 6), 8, 10),
            new SwitchConfig.Network(32, Activation.RELU, false),
            new SwitchConfig.Experts(5, false, 0, 2),
            new SwitchConfig.Head(Pooling.MEAN, List.of("cat", "dog", "newt"))),
        read(saved("classifier-mean")));
    SwitchConfig capacity = read(saved("capacity"));
    assertEquals(2, capacity.experts().capacity());
    assertTrue(capacity.experts().routerBias());
    assertNull(capacity.head().pooling());
    assertEquals(Activation.GELU_TANH, read(saved("gated")).network().activation());
    assertTrue(read(saved("gated")).network().gated());
  }

  @Test
  void whatIsMissingIsTheLibrarysDefault() throws Exception {
    SwitchConfig config = read("{\"model_type\":\"switch_transformers\"}");
    assertEquals(
        new SwitchConfig(
            "switch_transformers",
            new TokenInput(32128, 512),
            new SwitchConfig.Stack(768, 12, 1e-6),
            new SwitchConfig.Attention(new AttentionShape.Heads(12, 64), 32, 128),
            new SwitchConfig.Network(2048, Activation.RELU, false),
            new SwitchConfig.Experts(8, false, 64, 4),
            new SwitchConfig.Head(null, List.of())),
        config);
    assertEquals(List.of(1, 5, 9), sparse(config));
  }

  /**
   * Reads the step as the library does, its oddities included: with no sparse layers asked for, the
   * second one is still sparse.
   */
  @ParameterizedTest
  @CsvSource({"12, 3, 4", "6, 6, 1", "6, 4, 1", "6, 0, 6", "2, 3, 0", "1, 0, 1"})
  void theSparseStepFollowsFromTheNumberOfSparseLayers(int layers, int sparse, int step)
      throws Exception {
    String json =
        "{\"model_type\":\"switch_transformers\",\"num_layers\":%d,\"num_sparse_encoder_layers\":%d"
            .formatted(layers, sparse);
    assertEquals(step, read(json + "}").experts().sparseStep());
    assertEquals(3, read(json + ",\"encoder_sparse_step\":3}").experts().sparseStep());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"model_type\": \"switch_transformers\"|\"model_type\": \"mixtral\"|\"model_type\" is"
            + " \"mixtral\"",
        "SwitchTransformersEncoderModel|SwitchTransformersForTokenClassification|\"architectures\""
            + " names SwitchTransformersForToken",
        "\"dense_act_fn\": \"relu\"|\"dense_act_fn\": \"gated-gelu\"|\"dense_act_fn\" is"
            + " \"gated-gelu\", known are relu",
        "\"router_dtype\": \"float32\"|\"router_dtype\": \"bfloat16\"|\"router_dtype\" is"
            + " \"bfloat16\"",
        "\"d_model\": 24|\"d_model\": 0|\"d_model\"",
        "\"d_model\": 24|\"hidden_size\": 24|\"hidden_size\" is another name",
        "\"d_kv\": 6|\"d_kv\": 60000|\"num_heads\" makes num_heads · d_kv more than 65536",
        "\"d_kv\": 6|\"d_kv\": 6.5|\"d_kv\"",
        "\"num_experts\": 5|\"num_experts\": 1|\"num_experts\"",
        "\"num_experts\": 5|\"num_experts\": 5, \"is_decoder\": true|\"is_decoder\" is true",
        "\"num_experts\": 5|\"num_experts\": 5, \"is_gated_act\": \"yes\"|\"is_gated_act\" must be"
            + " true or false",
        "\"num_experts\": 5|\"num_experts\": 5, \"quantization_config\": {}|\"quantization_config\""
            + " is set",
        "\"num_experts\": 5|\"num_experts\": 5, \"pruned_heads\": {\"0\": [1]}|\"pruned_heads\" is"
            + " set",
        "\"d_ff\": 32|\"d_ff\": 65536, \"x\": [|valid JSON",
        "\"expert_capacity\": 64|\"expert_capacity\": 0|\"expert_capacity\"",
        "\"n_positions\": 32|\"n_positions\": 0|\"n_positions\"",
        "\"layer_norm_epsilon\": 1e-06|\"layer_norm_epsilon\": -1|\"layer_norm_epsilon\"",
        "\"relative_attention_num_buckets\": 8|\"relative_attention_num_buckets\":"
            + " 3|\"relative_attention_num_buckets\"",
        "\"relative_attention_max_distance\": 10|\"relative_attention_max_distance\":"
            + " 2|\"relative_attention_max_distance\" must be more",
        "\"classifier_pooling\": \"mean\"|\"classifier_pooling\": \"max\"|\"classifier_pooling\" is"
            + " \"max\", known are mean and first",
        "\"2\": \"newt\"|\"3\": \"newt\"|\"2\" is missing",
        "\"2\": \"newt\"|\"2\": \"dog\"|\"id2label\" names a class twice",
      })
  void wrongFieldsAreNamed(String right, String wrong, String problem) throws Exception {
    String json = saved("classifier-mean");
    assertTrue(json.contains(right), right);
    ModelException refused =
        assertThrows(ModelException.class, () -> read(json.replace(right, wrong.strip())));
    assertTrue(refused.getMessage().contains(problem), refused.getMessage());
    assertTrue(refused.where().contains("config.json"), refused.where());
  }

  @Test
  void anotherFamilysRemedyIsAnotherCheckpoint() {
    String json = "{\"model_type\": \"mixtral\"}";
    ModelException refused = assertThrows(ModelException.class, () -> read(json));
    assertTrue(
        refused.remedy().contains("serve a checkpoint of a Switch Transformers encoder")
            && refused
                .remedy()
                .contains("another config.json does not make a checkpoint one of these"),
        refused.remedy());
    ModelException field =
        assertThrows(
            ModelException.class,
            () -> read("{\"model_type\": \"switch_transformers\", \"d_model\": 0}"));
    assertTrue(field.remedy().startsWith("correct the field"), field.remedy());
  }

  @Test
  void namesOfClassesAreOfNoEffectWithoutPooling() throws Exception {
    String json = saved("classifier-mean").replace("\"classifier_pooling\": \"mean\",", "");
    assertEquals(List.of(), read(json).head().labels());
    List<String> notes = encoder(json).notes();
    assertTrue(
        notes.size() == 1
            && notes.get(0).contains("id2label")
            && notes.get(0).contains("classifier_pooling"),
        notes.toString());
    assertEquals(List.of(), encoder(saved("classifier-mean")).notes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"4.57.1\"|LIBRARY|2|32|adds nothing to later ones, as transformers 4.57.1, which"
            + " config.json names, does; spark.secmoe",
        "\"4.52.0\"|LIBRARY|2|32|adds nothing to later ones, as transformers 4.52.0",
        "\"5.18.0\"|LIBRARY|2|32|adds nothing to later ones, as transformers 5.18.0",
        "\"6.0.0.dev0\"|LIBRARY|2|32|adds nothing to later ones, as transformers 6.0.0.dev0",
        "\"5.0.0\"|LIBRARY|0|32|take all tokens of a row that choose them, also beyond their"
            + " capacity (expert_capacity) of 2, as transformers 5.0.0",
        "\"5.17.0\"|LIBRARY|0|32|take all tokens of a row that choose them, also beyond their"
            + " capacity (expert_capacity) of 2, as transformers 5.17.0",
        "\"4.51.3\"|LIBRARY|0|2|takes rows of at most 2 tokens (expert_capacity): in longer ones"
            + " transformers 4.51.3",
        "\"4.25.0.dev0\"|LIBRARY|0|2|set spark.secmoe.expert.capacity to drop",
        "null|LIBRARY|2|32|config.json names no version; spark.secmoe.expert.capacity=never lets"
            + " experts take all",
        "\"main\"|LIBRARY|2|32|config.json names the unknown version main",
        "\"4.25.0.dev0\"|DROP|2|32|adds nothing to later ones, as spark.secmoe.expert.capacity=drop"
            + " says",
        "\"4.57.1\"|NEVER|0|32|take all tokens of a row that choose them, also beyond their"
            + " capacity (expert_capacity) of 2, as spark.secmoe",
      })
  void theVersionOfTheLibrarySaysWhatACapacityMeansUnlessTheServerDoes(
      String version, CapacityRule rule, int tokens, int longest, String note) throws Exception {
    String json = saved("capacity").replace("\"4.57.1\"", version);
    SwitchEncoder encoder = encoder(json, rule);
    assertEquals(tokens, encoder.config().experts().capacity());
    assertEquals(longest, encoder.config().tokens().longest());
    assertTrue(
        encoder.notes().size() == 1 && encoder.notes().get(0).contains(note),
        encoder.notes().toString());
  }

  @ParameterizedTest
  @EnumSource(CapacityRule.class)
  void aCapacityThatCannotBindNeedsNoWord(CapacityRule rule) throws Exception {
    for (String change :
        new String[] {
          "\"expert_capacity\": null",
          "\"expert_capacity\": 32",
          "\"encoder_sparse_step\": 0, \"expert_capacity\": 2"
        }) {
      String json =
          saved("capacity")
              .replace("4.57.1", "4.46.3")
              .replace("\"encoder_sparse_step\": 2,", "")
              .replace("\"expert_capacity\": 2", change);
      assertEquals(List.of(), encoder(json, rule).notes());
      assertEquals(0, encoder(json, rule).config().experts().capacity());
      assertEquals(32, encoder(json, rule).config().tokens().longest());
    }
  }

  @Test
  void layersBeyondOneBufferAreRefused() throws Exception {
    String huge =
        saved("classifier-mean")
            .replace("\"d_model\": 24", "\"d_model\": 65536")
            .replace("\"d_ff\": 32", "\"d_ff\": 65536");
    assertTrue(
        assertThrows(ModelException.class, () -> read(huge))
            .what()
            .contains("more than 2^30 weights"));
  }

  private static List<Integer> sparse(SwitchConfig config) {
    return IntStream.range(0, config.stack().blocks()).filter(config::sparse).boxed().toList();
  }

  private static String saved(String name) throws Exception {
    return Files.readString(SwitchCheckpoints.ALL.resolve(name).resolve("config.json"));
  }

  private SwitchConfig read(String json) throws Exception {
    return encoder(json).config();
  }

  private SwitchEncoder encoder(String json) throws Exception {
    return encoder(json, CapacityRule.LIBRARY);
  }

  private SwitchEncoder encoder(String json, CapacityRule rule) throws Exception {
    return (SwitchEncoder)
        Families.read(Files.writeString(directory.resolve("config.json"), json), rule);
  }
}
