// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.layer.EmbeddingShape;

/** The row of the table that belongs to a token's id. */
public record EmbeddingSpec(String name, EmbeddingShape shape) implements LayerSpec {
  @Override
  public int inputs() {
    return 0;
  }

  @Override
  public int outputs() {
    return shape.width();
  }
}
