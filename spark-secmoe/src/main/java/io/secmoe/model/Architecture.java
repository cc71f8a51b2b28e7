package io.secmoe.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A family of models with the settings of one of them: which tensors its checkpoints hold, how it computes in plaintext, and which
 * layers it is served as. A new family is one more implementation.
 */
sealed interface Architecture permits TokenWise, SwitchEncoder {
  String MEND = "give a config.json with \"model_type\": \"switch_transformers\", as the transformers library writes it,"
      + " or with \"format\": \"secmoe-1\"";

  /** What a {@code config.json} describes; an unknown family or setting is a {@link ModelException} that names it. */
  static Architecture read(Path file) {
    byte[] json = ModelFiles.read(file, "give a model directory with a " + ModelFiles.CONFIG);
    Fields fields = Json.read(json, file.toString(), MEND);
    if (!fields.has("model_type")) {
      return new TokenWise(TokenWiseConfig.read(Json.read(json, file.toString(), TokenWiseConfig.MEND)));
    }
    fields.constant("model_type", "switch_transformers");
    return new SwitchEncoder(SwitchConfigReader.read(fields));
  }

  /** Of the model, for people. */
  String name();

  /** Whether rows are tokens, not features. */
  boolean takesTokens();

  /**
   * Shapes of the tensors that it needs, by name.
   *
   * @param present all tensors of the checkpoint: some have two possible names
   */
  Map<String, List<Long>> tensors(Set<String> present);

  /** Whether a tensor belongs to a part of the checkpoint that is not served. */
  default boolean ignores(String tensor) {
    return false;
  }

  /** What its tensors must agree in, beyond their shapes. */
  default void check(TensorFiles tensors) {}

  /** What it can reveal, the usual first. */
  List<Output> outputs();

  /** The model in double arithmetic, reading the weights as it goes. */
  Reference reference(TensorFiles tensors);

  /** The model as layers, with the weights of each. */
  LayerPlan plan(TensorFiles tensors, Scales scales, Output output);
}
