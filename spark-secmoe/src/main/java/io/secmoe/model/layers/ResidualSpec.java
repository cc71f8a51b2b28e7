// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.layer.Norm;
import io.secmoe.layer.NormShape;
import io.secmoe.ring.RingVector;

/**
 * A layer with its residual connection: x + f(norm(x)).
 *
 * @param <W> the server's weights of f
 */
interface ResidualSpec<W> extends LayerSpec<W> {
  /** Returns the norm before f. */
  NormShape norm();

  /** Returns the number of features that come and go. */
  int width();

  /** Returns the step that the costs of f are counted under until f names another. */
  String step();

  /** Computes the client's share of f(x). */
  RingVector innerClient(ClientWalk walk, RingVector x);

  /** Computes the server's share of f(x). */
  RingVector innerServer(ServerWalk walk, W weights, RingVector x);

  @Override
  default int inputs() {
    return width();
  }

  @Override
  default int outputs() {
    return width();
  }

  @Override
  default String firstStep() {
    return "norm";
  }

  @Override
  default RingVector client(ClientWalk walk, RingVector x) {
    if (norm().kind() == NormShape.Kind.NONE) {
      walk.party().channel().meter().step(step());
      return innerClient(walk, x).addInPlace(x);
    }
    try (RingVector normal = Norm.run(walk.party(), norm(), width(), x)) {
      walk.party().channel().meter().step(step());
      return innerClient(walk, normal).addInPlace(x);
    }
  }

  @Override
  default RingVector server(ServerWalk walk, W weights, RingVector x) {
    if (norm().kind() == NormShape.Kind.NONE) {
      walk.party().channel().meter().step(step());
      return innerServer(walk, weights, x).addInPlace(x);
    }
    try (RingVector normal = Norm.run(walk.party(), norm(), width(), x)) {
      walk.party().channel().meter().step(step());
      return innerServer(walk, weights, normal).addInPlace(x);
    }
  }
}
