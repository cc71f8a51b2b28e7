package io.secmoe.spark.task;

import io.secmoe.layer.Attention;
import io.secmoe.layer.AttentionShape;
import io.secmoe.layer.EmbeddingShape;
import io.secmoe.linear.SelectLinear;
import io.secmoe.model.AttentionSpec;
import io.secmoe.model.EmbeddingSpec;
import io.secmoe.model.FeedForwardSpec;
import io.secmoe.model.LayerSpec;
import io.secmoe.model.MoeSpec;
import io.secmoe.moe.FeedForwardShape;
import io.secmoe.moe.MoeLayer;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.Sequences;
import io.secmoe.moe.Strategy;

/**
 * What one layer needs of native memory at once, beside what is fixed: shares on both sides, and on the server uploaded ciphertexts, one tile of
 * outputs with three components, and answers on their way.
 *
 * @param primes of a ciphertext at the top level
 * @param batch the shape that comes to the layer
 */
record LayerMemory(long primes, Strategy strategy, Sequences batch) {
  private static final long SLOTS = Sequences.MOST_TOKENS;
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
    long widest = shares(widest(layer));
    if (layer instanceof AttentionSpec attention) {
      return Math.max(widest, scores(attention.shape())) + projections(attention.shape());
    }
    return layer instanceof MoeSpec moe && strategy == Strategy.PARAMETERS ? widest + parameterSlots(moe.shape()) : widest;
  }

  /** Features of a layer's widest vectors. */
  private long widest(LayerSpec layer) {
    long ends = Math.max(layer.inputs(), layer.outputs());
    if (layer instanceof MoeSpec moe) {
      return Math.max(ends, widest(moe.shape()));
    }
    if (layer instanceof FeedForwardSpec dense) {
      return Math.max(ends, dense.shape().upRows());
    }
    return layer instanceof EmbeddingSpec table ? Math.max(ends, digits(table.shape())) : ends;
  }

  private long sparse(MoeShape shape) {
    long experts = shape.experts();
    long choices = shape.topK();
    FeedForwardShape expert = shape.expert();
    return switch (strategy) {
      case SELECT -> Math.max(linear(expert.width() + experts, expert.upRows()),
          linear(choices * (expert.hidden() + experts), expert.width()));
      case ALL -> Math.max(linear(expert.width(), expert.upRows() * experts),
          linear(expert.hidden(), expert.width()) + experts * expert.hidden() * batch.tokens() * WORD);
      case PARAMETERS -> shares(widest(shape)) + ciphertexts(parameterUploads(shape)) + parameterSlots(shape) + tile(Long.MAX_VALUE);
    };
  }

  /** Features of the widest vectors of a sparse layer. */
  private long widest(MoeShape shape) {
    FeedForwardShape expert = shape.expert();
    long evaluated = strategy == Strategy.ALL ? shape.experts() : 1;
    return Math.max(expert.upRows() * evaluated, (long) shape.topK() * expert.hidden()) + (long) shape.topK() * shape.experts();
  }

  /** Ciphertexts of the tokens whose parameters are selected at once. */
  private static long parameterUploads(MoeShape shape) {
    return MoeLayer.parameterTokens(shape) * (shape.experts() + 1L);
  }

  /** What is put into those ciphertexts, and what comes back. */
  private static long parameterSlots(MoeShape shape) {
    return SLOTS * WORD * (parameterUploads(shape) + MoeLayer.parameterAnswers(shape, MoeLayer.parameterTokens(shape)));
  }

  /** Queries, keys, values and their means. */
  private long projections(AttentionShape shape) {
    return 4 * WORD * batch.tokens() * shape.inner();
  }

  /** One group of pairs of a head and a sequence: the scores, and the factors of a product with them. */
  private long heads(AttentionShape shape) {
    int inner = Math.max(shape.headWidth(), batch.length());
    return ciphertexts(inner) + tile(inner) + scores(shape);
  }

  private long scores(AttentionShape shape) {
    return VECTORS * WORD * Attention.mostScores(shape, batch);
  }

  /** One-hot digits of an id that the client uploads. */
  private static long digits(EmbeddingShape shape) {
    return shape.isPublished() ? 0 : shape.highDigits() + shape.lowDigits();
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
    return VECTORS * WORD * batch.tokens() * features;
  }
}
