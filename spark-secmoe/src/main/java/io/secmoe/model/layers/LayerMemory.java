// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.linear.ParameterShape;
import io.secmoe.linear.SelectLinear;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;

/**
 * What one layer needs of native memory at once, beside what is fixed: shares on both sides, and on
 * the server uploaded ciphertexts, one tile of outputs with three components, and answers on their
 * way.
 *
 * @param primes of a ciphertext at the top level
 * @param batch the shape that comes to the layer
 */
public record LayerMemory(long primes, Strategy strategy, Sequences batch) {
  private static final long SLOTS = Sequences.MAX_TOKENS;
  private static final long WORD = 8;

  /** Share vectors of one width that are alive at once. */
  private static final long VECTORS = 5;

  /**
   * Some tokens' ciphertexts and plaintexts, every expert's weights and biases of one answer, and
   * answers on their way.
   */
  long parameters(ParameterShape shape) {
    long tokens = Math.min(batch.tokens(), shape.step());
    return ciphertexts((tokens + 1) * (shape.experts() + 1))
        + tile(tokens * shape.answers())
        + plaintexts(shape);
  }

  /** What some tokens' ciphertexts hold: selectors and inputs, or answers. */
  long plaintexts(ParameterShape shape) {
    long tokens = Math.min(batch.tokens(), shape.step());
    return SLOTS * WORD * tokens * (shape.experts() + 1 + shape.answers());
  }

  /** A vector of so many features. */
  long vectors(long features) {
    return WORD * batch.tokens() * features;
  }

  /** A matrix product: uploaded ciphertexts, a tile of results, and shares. */
  long linear(long inputs, long outputs) {
    return ciphertexts(inputs) + tile(outputs) + shares(Math.max(inputs, outputs));
  }

  /** So many uploaded ciphertexts. */
  long ciphertexts(long uploaded) {
    return 2 * primes * SLOTS * WORD * uploaded;
  }

  /** Results with three components, and the answers made of them. */
  long tile(long outputs) {
    return (3 * primes + 2) * SLOTS * WORD * Math.min(SelectLinear.TILE_ROWS, outputs);
  }

  /** The share vectors of one width that are alive at once. */
  long shares(long features) {
    return VECTORS * vectors(features);
  }

  /** Several share vectors of so many elements. */
  long words(long elements) {
    return VECTORS * WORD * elements;
  }
}
