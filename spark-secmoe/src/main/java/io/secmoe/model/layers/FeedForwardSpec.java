// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.layer.FeedForward;
import io.secmoe.layer.NormShape;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.moe.Strategy;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.FeedForwardWeights;
import io.secmoe.network.Sequences;
import io.secmoe.ring.RingVector;

/** x + W2·act(W1·norm(x)): a dense feed-forward layer with its residual connection. */
public record FeedForwardSpec(String name, NormShape norm, FeedForwardShape shape)
    implements ResidualSpec<FeedForwardWeights> {
  @Override
  public LayerKind kind() {
    return LayerKind.FEED_FORWARD;
  }

  @Override
  public int width() {
    return shape.width();
  }

  @Override
  public void write(ObjectNode node) {
    LayerSpecJson.put(node, norm);
    ShapeJson.put(node, shape);
  }

  static FeedForwardSpec read(String name, Fields fields) {
    return new FeedForwardSpec(name, LayerSpecJson.norm(fields), ShapeJson.feedForward(fields));
  }

  @Override
  public void checkRanges(RangeRule rule) {
    rule.norm(RangeRule.NORM, norm);
    rule.up(RangeRule.UP, shape, FeedForward.HIDDEN_FRACTION);
    rule.product(
        RangeRule.DOWN, shape.down().bits(), shape.down().fraction(), FeedForward.HIDDEN_FRACTION);
  }

  @Override
  public void addLoss(StatisticalLoss loss, Strategy strategy, Sequences batch) {
    loss.norm(norm, width(), batch);
    loss.linear(shape.width(), shape.upRows());
    loss.elementwise(1, (double) shape.upRows() * batch.tokens());
    loss.linear(shape.hidden(), shape.width());
  }

  @Override
  public long serverMemory(LayerMemory memory) {
    return Math.max(
        memory.linear(shape.width(), shape.upRows()), memory.linear(shape.hidden(), shape.width()));
  }

  @Override
  public long clientMemory(LayerMemory memory) {
    return memory.shares(Math.max(width(), shape.upRows()));
  }

  @Override
  public String step() {
    return "linear";
  }

  @Override
  public RingVector innerClient(ClientWalk walk, RingVector x) {
    return FeedForward.client(walk.party(), shape, x);
  }

  @Override
  public RingVector innerServer(ServerWalk walk, FeedForwardWeights weights, RingVector x) {
    return FeedForward.server(walk.party(), shape, weights, x);
  }
}
