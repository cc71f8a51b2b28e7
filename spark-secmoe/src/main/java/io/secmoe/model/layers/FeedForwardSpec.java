// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.layer.NormShape;
import io.secmoe.network.FeedForwardShape;

/** x + W2·act(W1·norm(x)): a dense feed-forward layer with its residual connection. */
public record FeedForwardSpec(String name, NormShape norm, FeedForwardShape shape)
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
