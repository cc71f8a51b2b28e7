// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.layer.Pooling;

/** One vector per row of tokens: from here on a row is one column. */
public record PoolSpec(String name, Pooling pooling, int width) implements LayerSpec {
  @Override
  public int inputs() {
    return width;
  }

  @Override
  public int outputs() {
    return width;
  }
}
