// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.linear.ParameterShape;
import io.secmoe.linear.SelectLinear;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;

/**
 * The native memory that one layer needs at once, in addition to the fixed memory: shares on both
 * sides, and on the server uploaded ciphertexts, one tile of outputs with three components, and
 * answers that are being sent.
 *
 * @param primes primes of a ciphertext at the top level
 * @param batch the shape that comes to the layer
 */
public record LayerMemory(long primes, Strategy strategy, Sequences batch) {
  private static final long SLOTS = Sequences.MAX_TOKENS;
  private static final long WORD = 8;

  /** The number of share vectors of one width that are alive at once. */
  private static final long VECTORS = 5;

  /**
   * Returns the bytes for some tokens' ciphertexts and plaintexts, every expert's weights and
   * biases of one answer, and answers that are being sent.
   */
  long parameters(ParameterShape shape) {
    long tokens = Math.min(batch.tokens(), shape.step());
    return ciphertexts((tokens + 1) * (shape.experts() + 1))
        + tile(tokens * shape.answers())
        + plaintexts(shape);
  }

  /**
   * Returns the bytes of plaintexts in some tokens' ciphertexts: selectors and inputs, or answers.
   */
  long plaintexts(ParameterShape shape) {
    long tokens = Math.min(batch.tokens(), shape.step());
    return SLOTS * WORD * tokens * (shape.experts() + 1 + shape.answers());
  }

  /** Returns the bytes of a vector of so many features. */
  long vectors(long features) {
    return WORD * batch.tokens() * features;
  }

  /**
   * Returns the bytes for a matrix product: uploaded ciphertexts, a tile of results, and shares.
   */
  long linear(long inputs, long outputs) {
    return ciphertexts(inputs) + tile(outputs) + shares(Math.max(inputs, outputs));
  }

  /** Returns the bytes of so many uploaded ciphertexts. */
  long ciphertexts(long uploaded) {
    return 2 * primes * SLOTS * WORD * uploaded;
  }

  /** Returns the bytes of results with three components, and of the answers made from them. */
  long tile(long outputs) {
    return (3 * primes + 2) * SLOTS * WORD * Math.min(SelectLinear.TILE_ROWS, outputs);
  }

  /** Returns the bytes of the share vectors of one width that are alive at once. */
  long shares(long features) {
    return VECTORS * vectors(features);
  }

  /** Returns the bytes of several share vectors of so many elements. */
  long words(long elements) {
    return VECTORS * WORD * elements;
  }
}
