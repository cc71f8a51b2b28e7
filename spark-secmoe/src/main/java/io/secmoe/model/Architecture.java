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
  String FAMILY = "model_type";
  String SWITCH = "switch_transformers";
  String MEND = "serve a checkpoint of a Switch Transformers encoder (\"model_type\": \"switch_transformers\"), as the transformers"
      + " library saves it, or a token-wise model (\"format\": \"secmoe-1\")";

  /** Reads what a {@code config.json} describes, with the library's own rule about capacities. */
  static Architecture read(Path file) {
    return read(file, CapacityRule.LIBRARY);
  }

  /** Reads what a {@code config.json} describes; an unknown family or setting is a {@link ModelException} that names it. */
  static Architecture read(Path file, CapacityRule capacity) {
    byte[] json = ModelFiles.read(file, "give a model directory with a " + ModelFiles.CONFIG);
    Fields fields = Json.read(json, file.toString(), MEND);
    if (!fields.has(FAMILY) && !fields.has(TokenWiseConfig.FORMAT)) {
      throw new ModelException("it has neither \"" + FAMILY + "\" nor \"" + TokenWiseConfig.FORMAT + "\", so it describes no known model",
          file.toString(), MEND);
    }
    if (!fields.has(FAMILY)) {
      return new TokenWise(TokenWiseConfig.read(Json.read(json, file.toString(), TokenWiseConfig.MEND)));
    }
    String family = fields.text(FAMILY, 256);
    if (!family.equals(SWITCH)) {
      throw new ModelException("field \"" + FAMILY + "\" is \"" + family + "\", a family of models that this version does not serve",
          file.toString(), MEND + "; another config.json does not make a checkpoint one of these");
    }
    return SwitchConfigReader.read(Json.read(json, file.toString(), SwitchConfigReader.MEND), capacity);
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

  /** A tensor that every checkpoint has, whatever its settings. */
  String landmark();

  /** How to mend a checkpoint with a tensor that the architecture has no use for. */
  default String mend(String tensor) {
    return Checkpoint.MEND;
  }

  /** Sentences about settings that its owner should know of. */
  default List<String> notes() {
    return List.of();
  }

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
