// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.NormShape;

/** x + attention(norm(x)): attention over the tokens of each row, with its residual connection. */
public record AttentionSpec(String name, NormShape norm, AttentionShape shape)
    implements LayerSpec {
  @Override
  public int inputs() {
    return shape.width();
  }

  @Override
  public int outputs() {
    return shape.width();
  }
}
