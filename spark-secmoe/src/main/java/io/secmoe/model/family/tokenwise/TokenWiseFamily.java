// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.family.tokenwise;

import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.family.Architecture;
import io.secmoe.model.family.Family;
import io.secmoe.model.layers.CapacityRule;

/** Token-wise models, in a format of SecMoE's own. */
public final class TokenWiseFamily implements Family {
  @Override
  public boolean describes(Fields config) {
    return !config.has(MODEL_TYPE) && config.has(TokenWiseConfig.FORMAT);
  }

  @Override
  public String sign() {
    return "a token-wise model (\"" + TokenWiseConfig.FORMAT + "\": \"secmoe-1\")";
  }

  @Override
  public String remedy() {
    return TokenWiseConfig.REMEDY;
  }

  @Override
  public Architecture read(Fields config, CapacityRule capacity) {
    return new TokenWise(TokenWiseConfig.read(config));
  }
}
