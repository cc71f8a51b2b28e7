// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.ring.RingVector;
import java.util.Optional;

/**
 * A layer with its weights, which only the server holds.
 *
 * @param weights null if the layer has none
 * @param <W> the weights of its kind
 */
public record ServedLayer<W>(LayerSpec<W> spec, W weights) {
  /** Computes the server's share of the result; x stays open. */
  RingVector serve(ServerWalk walk, RingVector x) {
    return spec.server(walk, weights, x);
  }

  /** Returns its table, if its owner may publish it. */
  public Optional<OwnTable> ownTable() {
    return spec.ownTable(weights);
  }

  @Override
  public String toString() {
    return spec.name();
  }
}
