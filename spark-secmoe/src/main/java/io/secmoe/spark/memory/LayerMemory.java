// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.memory;

import io.secmoe.layer.Attention;
import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.EmbeddingShape;
import io.secmoe.linear.ParameterShape;
import io.secmoe.linear.SelectLinear;
import io.secmoe.model.layers.AttentionSpec;
import io.secmoe.model.layers.EmbeddingSpec;
import io.secmoe.model.layers.FeedForwardSpec;
import io.secmoe.model.layers.LayerSpec;
import io.secmoe.model.layers.MoeSpec;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.Strategy;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.Sequences;

/**
 * What one layer needs of native memory at once, beside what is fixed: shares on both sides, and on
 * the server uploaded ciphertexts, one tile of outputs with three components, and answers on their
 * way.
 *
 * @param primes of a ciphertext at the top level
 * @param batch the shape that comes to the layer
 */
record LayerMemory(long primes, Strategy strategy, Sequences batch) {
  private static final long SLOTS = Sequences.MAX_TOKENS;
  private static final long WORD = 8;

  /** Share vectors of one width that are alive at once. */
  private static final long VECTORS = 5;

  /** Bytes on the server. */
  long server(LayerSpec layer) {
    if (layer instanceof MoeSpec moe) {
      return sparse(moe.shape());
    }
    if (layer instanceof FeedForwardSpec dense) {
      FeedForwardShape shape = dense.shape();
      return Math.max(linear(shape.width(), shape.upRows()), linear(shape.hidden(), shape.width()));
    }
    if (layer instanceof AttentionSpec attention) {
      AttentionShape shape = attention.shape();
      return Math.max(linear(shape.width(), shape.inner()), heads(shape)) + projections(shape);
    }
    if (layer instanceof EmbeddingSpec table) {
      return linear(digits(table.shape()), table.outputs());
    }
    return linear(layer.inputs(), layer.outputs());
  }

  /** Bytes on the client: its ciphertexts and the answers come and go a few at a time. */
  long client(LayerSpec layer) {
    long ends = shares(widest(layer));
    if (layer instanceof MoeSpec moe && strategy == Strategy.PARAMETERS) {
      return ends
          + Math.max(
              plaintexts(moe.shape().upParameters()), plaintexts(moe.shape().downParameters()));
    }
    return layer instanceof AttentionSpec attention
        ? Math.max(ends, scores(attention.shape())) + projections(attention.shape())
        : ends;
  }

  /** Features of a layer's widest vectors. */
  private long widest(LayerSpec layer) {
    long ends = Math.max(layer.inputs(), layer.outputs());
    if (layer instanceof MoeSpec moe) {
      FeedForwardShape expert = moe.shape().expert();
      long experts = moe.shape().experts();
      long chosen = moe.shape().topK();
      return Math.max(
          ends,
          strategy == Strategy.ALL
              ? Math.max(expert.upRows() * experts, chosen * expert.width())
              : expert.upRows() + chosen * (expert.hidden() + experts));
    }
    if (layer instanceof FeedForwardSpec dense) {
      return Math.max(ends, dense.shape().upRows());
    }
    return layer instanceof EmbeddingSpec table ? Math.max(ends, digits(table.shape())) : ends;
  }

  private long sparse(MoeShape shape) {
    FeedForwardShape expert = shape.expert();
    long experts = shape.experts();
    long chosen = shape.topK();
    return switch (strategy) {
      case SELECT ->
          Math.max(
              linear(expert.width() + experts, expert.upRows()) + vectors(chosen * expert.hidden()),
              linear(chosen * (expert.hidden() + experts), expert.width()));
      case ALL ->
          Math.max(
              linear(expert.width(), expert.upRows() * experts),
              linear(expert.hidden(), expert.width())
                  + vectors(expert.upRows() * experts + chosen * expert.width()));
      case PARAMETERS ->
          shares(expert.upRows() + experts)
              + Math.max(parameters(shape.upParameters()), parameters(shape.downParameters()));
    };
  }

  /**
   * Some tokens' ciphertexts and plaintexts, every expert's weights and biases of one answer, and
   * answers on their way.
   */
  private long parameters(ParameterShape shape) {
    long tokens = Math.min(batch.tokens(), shape.step());
    return ciphertexts((tokens + 1) * (shape.experts() + 1))
        + tile(tokens * shape.answers())
        + plaintexts(shape);
  }

  /** What some tokens' ciphertexts hold: selectors and inputs, or answers. */
  private long plaintexts(ParameterShape shape) {
    long tokens = Math.min(batch.tokens(), shape.step());
    return SLOTS * WORD * tokens * (shape.experts() + 1 + shape.answers());
  }

  /** A vector of so many features. */
  private long vectors(long features) {
    return WORD * batch.tokens() * features;
  }

  /** Queries, keys, values and their means. */
  private long projections(AttentionShape shape) {
    return 4 * WORD * batch.tokens() * shape.inner();
  }

  /**
   * One group of pairs of a head and a sequence: the scores, and the factors of a product with
   * them.
   */
  private long heads(AttentionShape shape) {
    int inner = Math.max(shape.headWidth(), batch.length());
    return ciphertexts(inner) + tile(inner) + scores(shape);
  }

  private long scores(AttentionShape shape) {
    return VECTORS * WORD * Attention.mostScores(shape, batch);
  }

  /** One-hot digits of an id that the client uploads. */
  private static long digits(EmbeddingShape shape) {
    return shape.isPublished() ? 0 : shape.highDigits() + shape.limbs() * shape.lowDigits();
  }

  private long linear(long inputs, long outputs) {
    return ciphertexts(inputs) + tile(outputs) + shares(Math.max(inputs, outputs));
  }

  private long ciphertexts(long uploaded) {
    return 2 * primes * SLOTS * WORD * uploaded;
  }

  /** Results with three components, and the answers made of them. */
  private long tile(long outputs) {
    return (3 * primes + 2) * SLOTS * WORD * Math.min(SelectLinear.TILE_ROWS, outputs);
  }

  private long shares(long features) {
    return VECTORS * vectors(features);
  }
}
