// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import io.secmoe.layer.Attention;
import io.secmoe.layer.Embedding;
import io.secmoe.layer.FeedForward;
import io.secmoe.layer.Norm;
import io.secmoe.layer.NormShape;
import io.secmoe.layer.Pool;
import io.secmoe.linear.Linear;
import io.secmoe.model.input.Rows;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.AttentionSpec;
import io.secmoe.model.layers.EmbeddingSpec;
import io.secmoe.model.layers.FeedForwardSpec;
import io.secmoe.model.layers.LayerSpec;
import io.secmoe.model.layers.LinearSpec;
import io.secmoe.model.layers.MoeSpec;
import io.secmoe.model.layers.NormSpec;
import io.secmoe.model.layers.PoolSpec;
import io.secmoe.moe.MoeLayer;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.RingVector;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** The client's steps of an {@link Inference}; the server's are in {@link ServerWalk}. */
final class ClientWalk {
  private final ClientParty c;
  private final Rows rows;
  private final Strategy strategy;
  private Sequences columns;
  private int[] lengths;

  ClientWalk(ClientParty c, Rows rows, Strategy strategy) {
    this.c = c;
    this.rows = rows;
    this.strategy = strategy;
    this.columns = rows.sequences();
    this.lengths = rows.lengths();
  }

  /** The client's share of the layer's result; x stays open. */
  RingVector step(LayerSpec layer, RingVector x) {
    if (layer instanceof EmbeddingSpec embedding) {
      TokenRows tokens = (TokenRows) rows;
      return Embedding.client(c, embedding.shape(), tokens.table(), tokens.ids(), columns);
    }
    if (layer instanceof LinearSpec linear) {
      return linear(linear, x);
    }
    if (layer instanceof AttentionSpec attention) {
      return residual(
          attention.norm(),
          x,
          layer.inputs(),
          "projections",
          n -> Attention.client(c, attention.shape(), columns, lengths, n));
    }
    if (layer instanceof FeedForwardSpec dense) {
      return residual(
          dense.norm(), x, layer.inputs(), "linear", n -> FeedForward.client(c, dense.shape(), n));
    }
    if (layer instanceof MoeSpec moe) {
      return residual(
          moe.norm(),
          x,
          layer.inputs(),
          "router",
          n -> MoeLayer.client(c, moe.shape(), strategy, columns, n));
    }
    if (layer instanceof NormSpec norm) {
      return Norm.client(c, norm.norm(), norm.width(), x);
    }
    return pool((PoolSpec) layer, x);
  }

  private RingVector linear(LinearSpec layer, RingVector x) {
    try (RingVector y = Linear.client(c, layer.shape(), x)) {
      return Rescale.client(c, y, layer.shape().weightFraction(), c.t());
    }
  }

  private RingVector residual(
      NormShape norm, RingVector x, int width, String step, UnaryOperator<RingVector> layer) {
    if (norm.kind() == NormShape.Kind.NONE) {
      c.channel().meter().step(step);
      return layer.apply(x).addInPlace(x);
    }
    try (RingVector normal = Norm.client(c, norm, width, x)) {
      c.channel().meter().step(step);
      return layer.apply(normal).addInPlace(x);
    }
  }

  private RingVector pool(PoolSpec layer, RingVector x) {
    RingVector y = Pool.client(c, layer.pooling(), columns, lengths, layer.width(), x);
    columns = new Sequences(columns.count(), 1);
    lengths = new int[columns.count()];
    Arrays.fill(lengths, 1);
    return y;
  }
}
