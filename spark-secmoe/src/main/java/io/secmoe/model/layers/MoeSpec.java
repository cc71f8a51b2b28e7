// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.layer.NormShape;
import io.secmoe.moe.MoeShape;

/**
 * x + moe(norm(x)): a Mixture-of-Experts layer with its residual connection; x comes and goes at 12
 * fraction bits.
 */
public record MoeSpec(String name, NormShape norm, MoeShape shape) implements LayerSpec {
  @Override
  public int inputs() {
    return shape.expert().width();
  }

  @Override
  public int outputs() {
    return shape.expert().width();
  }
}
