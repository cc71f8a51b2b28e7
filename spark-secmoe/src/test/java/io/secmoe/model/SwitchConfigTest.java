package io.secmoe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.layer.Pooling;
import io.secmoe.moe.Activation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwitchConfigTest {
  @TempDir
  Path directory;

  @Test
  void everyFieldThatMattersIsRead() throws Exception {
    assertEquals(new SwitchConfig("switch_transformers", 53, 32, 24, 2, 4, 6, 32, Activation.RELU, false, 5, false, 0, 2, 8, 10, 1e-6,
        Pooling.MEAN, List.of("cat", "dog", "newt")), read(saved("classifier-mean")));
    SwitchConfig capacity = read(saved("capacity"));
    assertEquals(2, capacity.capacity());
    assertTrue(capacity.routerBias());
    assertNull(capacity.pooling());
    assertEquals(Activation.GELU_TANH, read(saved("gated")).activation());
    assertTrue(read(saved("gated")).gated());
  }

  @Test
  void whatIsMissingIsTheLibrarysDefault() throws Exception {
    SwitchConfig config = read("{\"model_type\":\"switch_transformers\"}");
    assertEquals(new SwitchConfig("switch_transformers", 32128, 512, 768, 12, 12, 64, 2048, Activation.RELU, false, 8, false, 64, 4, 32,
        128, 1e-6, null, List.of()), config);
    assertEquals(List.of(1, 5, 9), sparse(config));
  }

  /** What the library makes of the step, its oddities included: with no sparse layers asked for, the second one still is. */
  @ParameterizedTest
  @CsvSource({"12, 3, 4", "6, 6, 1", "6, 4, 1", "6, 0, 6", "2, 3, 0", "1, 0, 1"})
  void theSparseStepFollowsFromTheNumberOfSparseLayers(int layers, int sparse, int step) throws Exception {
    String json = "{\"model_type\":\"switch_transformers\",\"num_layers\":%d,\"num_sparse_encoder_layers\":%d".formatted(layers, sparse);
    assertEquals(step, read(json + "}").sparseStep());
    assertEquals(3, read(json + ",\"encoder_sparse_step\":3}").sparseStep());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
      "\"model_type\": \"switch_transformers\"|\"model_type\": \"mixtral\"|\"model_type\" is \"mixtral\"",
      "SwitchTransformersEncoderModel|SwitchTransformersForTokenClassification|\"architectures\" names SwitchTransformersForToken",
      "\"dense_act_fn\": \"relu\"|\"dense_act_fn\": \"gated-gelu\"|\"dense_act_fn\" is \"gated-gelu\", known are relu",
      "\"router_dtype\": \"float32\"|\"router_dtype\": \"bfloat16\"|\"router_dtype\" is \"bfloat16\"",
      "\"d_model\": 24|\"d_model\": 0|\"d_model\"",
      "\"d_model\": 24|\"hidden_size\": 24|\"hidden_size\" is another name",
      "\"d_kv\": 6|\"d_kv\": 60000|\"num_heads\" makes num_heads · d_kv more than 65536",
      "\"d_kv\": 6|\"d_kv\": 6.5|\"d_kv\"",
      "\"num_experts\": 5|\"num_experts\": 1|\"num_experts\"",
      "\"num_experts\": 5|\"num_experts\": 5, \"is_decoder\": true|\"is_decoder\" is true",
      "\"num_experts\": 5|\"num_experts\": 5, \"is_gated_act\": \"yes\"|\"is_gated_act\" must be true or false",
      "\"num_experts\": 5|\"num_experts\": 5, \"quantization_config\": {}|\"quantization_config\" is set",
      "\"num_experts\": 5|\"num_experts\": 5, \"pruned_heads\": {\"0\": [1]}|\"pruned_heads\" is set",
      "\"d_ff\": 32|\"d_ff\": 65536, \"x\": [|valid JSON",
      "\"expert_capacity\": 64|\"expert_capacity\": 0|\"expert_capacity\"",
      "\"n_positions\": 32|\"n_positions\": 0|\"n_positions\"",
      "\"layer_norm_epsilon\": 1e-06|\"layer_norm_epsilon\": -1|\"layer_norm_epsilon\"",
      "\"relative_attention_num_buckets\": 8|\"relative_attention_num_buckets\": 3|\"relative_attention_num_buckets\"",
      "\"relative_attention_max_distance\": 10|\"relative_attention_max_distance\": 2|\"relative_attention_max_distance\" must be more",
      "\"classifier_pooling\": \"mean\"|\"classifier_pooling\": \"max\"|\"classifier_pooling\" is \"max\", known are mean and first",
      "\"2\": \"newt\"|\"3\": \"newt\"|\"2\" is missing",
      "\"2\": \"newt\"|\"2\": \"dog\"|\"id2label\" names a class twice",
  })
  void wrongFieldsAreNamed(String right, String wrong, String problem) throws Exception {
    String json = saved("classifier-mean");
    assertTrue(json.contains(right), right);
    ModelException refused = assertThrows(ModelException.class, () -> read(json.replace(right, wrong.strip())));
    assertTrue(refused.getMessage().contains(problem), refused.getMessage());
    assertTrue(refused.where().contains("config.json"), refused.where());
  }

  @Test
  void anotherFamilysRemedyIsAnotherCheckpoint() {
    String json = "{\"model_type\": \"mixtral\"}";
    ModelException refused = assertThrows(ModelException.class, () -> read(json));
    assertTrue(refused.mend().contains("serve a checkpoint of a Switch Transformers encoder")
        && refused.mend().contains("another config.json does not make a checkpoint one of these"), refused.mend());
    ModelException field = assertThrows(ModelException.class, () -> read("{\"model_type\": \"switch_transformers\", \"d_model\": 0}"));
    assertTrue(field.mend().startsWith("correct the field"), field.mend());
  }

  @Test
  void namesOfClassesAreOfNoEffectWithoutPooling() throws Exception {
    String json = saved("classifier-mean").replace("\"classifier_pooling\": \"mean\",", "");
    assertEquals(List.of(), read(json).labels());
    List<String> notes = encoder(json).notes();
    assertTrue(notes.size() == 1 && notes.get(0).contains("id2label") && notes.get(0).contains("classifier_pooling"), notes.toString());
    assertEquals(List.of(), encoder(saved("classifier-mean")).notes());
  }

  @Test
  void layersBeyondOneBufferAreRefused() throws Exception {
    String huge = saved("classifier-mean").replace("\"d_model\": 24", "\"d_model\": 65536").replace("\"d_ff\": 32", "\"d_ff\": 65536");
    assertTrue(assertThrows(ModelException.class, () -> read(huge)).what().contains("more than 2^30 weights"));
  }

  private static List<Integer> sparse(SwitchConfig config) {
    return IntStream.range(0, config.blocks()).filter(config::sparse).boxed().toList();
  }

  private static String saved(String name) throws Exception {
    return Files.readString(SwitchCheckpoints.ALL.resolve(name).resolve("config.json"));
  }

  private SwitchConfig read(String json) throws Exception {
    return encoder(json).config();
  }

  private SwitchEncoder encoder(String json) throws Exception {
    return (SwitchEncoder) Architecture.read(Files.writeString(directory.resolve("config.json"), json));
  }
}
