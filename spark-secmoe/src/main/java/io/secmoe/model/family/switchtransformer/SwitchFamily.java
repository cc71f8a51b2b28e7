// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.switchtransformer;

import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.family.Architecture;
import io.secmoe.model.family.Family;
import io.secmoe.model.layers.CapacityRule;

/** Encoders of Switch Transformers, as HuggingFace's library saves them. */
public final class SwitchFamily implements Family {
  private static final String NAME = "switch_transformers";

  @Override
  public boolean describes(Fields config) {
    return config.has(MODEL_TYPE) && config.text(MODEL_TYPE, 256).equals(NAME);
  }

  @Override
  public String sign() {
    return "a checkpoint of a Switch Transformers encoder (\""
        + MODEL_TYPE
        + "\": \""
        + NAME
        + "\"), as the transformers library saves it";
  }

  @Override
  public String remedy() {
    return SwitchConfigReader.REMEDY;
  }

  @Override
  public Architecture read(Fields config, CapacityRule capacity) {
    return SwitchConfigReader.read(config, capacity);
  }
}
