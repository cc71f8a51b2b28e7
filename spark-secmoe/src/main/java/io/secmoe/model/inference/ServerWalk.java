// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.inference;

import io.secmoe.layer.Attention;
import io.secmoe.layer.Embedding;
import io.secmoe.layer.FeedForward;
import io.secmoe.layer.Norm;
import io.secmoe.layer.NormShape;
import io.secmoe.layer.Pool;
import io.secmoe.linear.Linear;
import io.secmoe.model.layers.AttentionSpec;
import io.secmoe.model.layers.EmbeddingSpec;
import io.secmoe.model.layers.FeedForwardSpec;
import io.secmoe.model.layers.LayerSpec;
import io.secmoe.model.layers.LinearSpec;
import io.secmoe.model.layers.LinearWeights;
import io.secmoe.model.layers.MoeSpec;
import io.secmoe.model.layers.NormSpec;
import io.secmoe.model.layers.PoolSpec;
import io.secmoe.moe.MoeLayer;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.ring.RingVector;
import java.util.function.UnaryOperator;

/** The server's steps of an {@link Inference}; the client's are in {@link ClientWalk}. */
final class ServerWalk {
  private final ServerParty s;
  private final ServerModel model;
  private final Strategy strategy;
  private Sequences columns;

  ServerWalk(ServerParty s, ServerModel model, Sequences columns, Strategy strategy) {
    this.s = s;
    this.model = model;
    this.strategy = strategy;
    this.columns = columns;
  }

  /** The server's share of the result of layer {@code index}; x stays open. */
  RingVector step(int index, RingVector x) {
    LayerSpec layer = model.layers().layers().get(index);
    if (layer instanceof EmbeddingSpec embedding) {
      return Embedding.server(s, embedding.shape(), model.embedding(index), columns);
    }
    if (layer instanceof LinearSpec linear) {
      return linear(linear, model.linear(index), x);
    }
    if (layer instanceof AttentionSpec attention) {
      return residual(
          attention.norm(),
          x,
          layer.inputs(),
          "projections",
          n -> Attention.server(s, attention.shape(), model.attention(index), columns, n));
    }
    if (layer instanceof FeedForwardSpec dense) {
      return residual(
          dense.norm(),
          x,
          layer.inputs(),
          "linear",
          n -> FeedForward.server(s, dense.shape(), model.feedForward(index), n));
    }
    if (layer instanceof MoeSpec moe) {
      return residual(
          moe.norm(),
          x,
          layer.inputs(),
          "router",
          n -> MoeLayer.server(s, moe.shape(), strategy, model.moe(index), columns, n));
    }
    if (layer instanceof NormSpec norm) {
      return Norm.server(s, norm.norm(), norm.width(), x);
    }
    return pool((PoolSpec) layer, x);
  }

  private RingVector linear(LinearSpec layer, LinearWeights weights, RingVector x) {
    try (RingVector y = Linear.server(s, weights.weights(), weights.bias(), x)) {
      return Rescale.server(s, y, layer.shape().weightFraction(), s.t());
    }
  }

  private RingVector residual(
      NormShape norm, RingVector x, int width, String step, UnaryOperator<RingVector> layer) {
    if (norm.kind() == NormShape.Kind.NONE) {
      s.channel().meter().step(step);
      return layer.apply(x).addInPlace(x);
    }
    try (RingVector normal = Norm.server(s, norm, width, x)) {
      s.channel().meter().step(step);
      return layer.apply(normal).addInPlace(x);
    }
  }

  private RingVector pool(PoolSpec layer, RingVector x) {
    RingVector y = Pool.server(s, layer.pooling(), columns, layer.width(), x);
    columns = new Sequences(columns.count(), 1);
    return y;
  }
}
