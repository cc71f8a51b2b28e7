// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family;

import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.layers.CapacityRule;

/** A family of models: recognises its {@code config.json} and reads it. */
public interface Family {
  /** The field of {@code config.json} by which HuggingFace's library tells families apart. */
  String MODEL_TYPE = "model_type";

  /**
   * Returns true if a configuration belongs to this family. Only the fields that tell families
   * apart are looked at.
   */
  boolean describes(Fields config);

  /**
   * Returns the fields by which it is recognised, such as {@code "model_type":
   * "switch_transformers"}, with what they describe.
   */
  String sign();

  /** Returns what a user can do about a field that is refused. */
  String remedy();

  /**
   * Reads the configuration.
   *
   * @param config its errors give {@link #remedy}
   * @param capacity the rule for tokens beyond an expert's capacity, if the family has one
   * @throws io.secmoe.model.checkpoint.ModelException naming a field that is missing or that this
   *     version does not serve
   */
  Architecture read(Fields config, CapacityRule capacity);
}
