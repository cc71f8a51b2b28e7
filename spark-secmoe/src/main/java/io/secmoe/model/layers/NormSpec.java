// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.layer.NormShape;

/** norm(x), its gain left to the next layer. */
public record NormSpec(String name, NormShape norm, int width) implements LayerSpec {
  @Override
  public int inputs() {
    return width;
  }

  @Override
  public int outputs() {
    return width;
  }
}
