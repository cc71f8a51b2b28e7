// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.layer.NormShape;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.moe.MoeLayer;
import io.secmoe.moe.MoeShape;
import io.secmoe.moe.MoeWeights;
import io.secmoe.moe.Strategy;
import io.secmoe.network.FeedForwardShape;
import io.secmoe.network.Sequences;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.RingVector;
import java.util.Optional;

/**
 * x + moe(norm(x)): a Mixture-of-Experts layer with its residual connection; x comes and goes at 12
 * fraction bits.
 */
public record MoeSpec(String name, NormShape norm, MoeShape shape)
    implements ResidualSpec<MoeWeights> {
  @Override
  public LayerKind kind() {
    return LayerKind.MOE;
  }

  @Override
  public int width() {
    return shape.expert().width();
  }

  @Override
  public Optional<MoeShape> experts() {
    return Optional.of(shape);
  }

  @Override
  public void write(ObjectNode node) {
    LayerSpecJson.put(node, norm);
    ShapeJson.put(node, shape);
  }

  static MoeSpec read(String name, Fields fields) {
    return new MoeSpec(name, LayerSpecJson.norm(fields), ShapeJson.moe(fields));
  }

  @Override
  public void checkRanges(RangeRule rule) {
    FeedForwardShape expert = shape.expert();
    rule.norm(RangeRule.NORM, norm);
    rule.product(
        RangeRule.ROUTER,
        shape.router().logits().bits(),
        shape.router().logits().fraction(),
        FixedPoint.FRACTION);
    // exp takes differences of two logits, which have one bit more.
    rule.argument(RangeRule.ROUTER, shape.router().logits().bits() + 1);
    rule.up(RangeRule.EXPERTS_UP, expert, MoeLayer.HIDDEN_FRACTION);
    rule.product(
        RangeRule.EXPERTS_DOWN,
        expert.down().bits(),
        expert.down().fraction(),
        RangeRule.DOWN_FRACTION);
  }

  @Override
  public void addLoss(StatisticalLoss loss, Strategy strategy, Sequences batch) {
    int experts = shape.experts();
    FeedForwardShape expert = shape.expert();
    int tokens = batch.tokens();
    long chosen = shape.topK();
    int bias = expert.biased() ? 1 : 0;
    double evaluated = strategy == Strategy.ALL ? experts : chosen;
    loss.norm(norm, width(), batch);
    loss.elementwise(1, (evaluated * expert.upRows() + experts + chosen) * tokens);
    switch (strategy) {
      case SELECT -> {
        loss.linearAtTop(expert.width(), experts);
        loss.select((long) experts * (expert.width() + bias), (double) chosen * expert.upRows());
        loss.select(chosen * experts * (expert.hidden() + bias), expert.width());
      }
      case ALL -> {
        loss.linear(expert.width(), experts * (expert.upRows() + 1.0));
        loss.linear(expert.hidden(), (double) experts * expert.width());
        loss.elementwise(2, (double) chosen * expert.width() * tokens);
      }
      case PARAMETERS -> {
        loss.linear(expert.width(), experts);
        long answers = (long) shape.upParameters().answers() + shape.downParameters().answers();
        loss.parameters(experts + bias, (double) chosen * tokens * answers);
      }
    }
  }

  @Override
  public long serverMemory(LayerMemory memory) {
    FeedForwardShape expert = shape.expert();
    long experts = shape.experts();
    long chosen = shape.topK();
    return switch (memory.strategy()) {
      case SELECT ->
          Math.max(
              memory.linear(expert.width() + experts, expert.upRows())
                  + memory.vectors(chosen * expert.hidden()),
              memory.linear(chosen * (expert.hidden() + experts), expert.width()));
      case ALL ->
          Math.max(
              memory.linear(expert.width(), expert.upRows() * experts),
              memory.linear(expert.hidden(), expert.width())
                  + memory.vectors(expert.upRows() * experts + chosen * expert.width()));
      case PARAMETERS ->
          memory.shares(expert.upRows() + experts)
              + Math.max(
                  memory.parameters(shape.upParameters()),
                  memory.parameters(shape.downParameters()));
    };
  }

  @Override
  public long clientMemory(LayerMemory memory) {
    long shares = memory.shares(Math.max(width(), widest(memory.strategy())));
    return memory.strategy() != Strategy.PARAMETERS
        ? shares
        : shares
            + Math.max(
                memory.plaintexts(shape.upParameters()), memory.plaintexts(shape.downParameters()));
  }

  /** Returns the features of the widest vectors inside. */
  private long widest(Strategy strategy) {
    FeedForwardShape expert = shape.expert();
    long experts = shape.experts();
    long chosen = shape.topK();
    return strategy == Strategy.ALL
        ? Math.max(expert.upRows() * experts, chosen * expert.width())
        : expert.upRows() + chosen * (expert.hidden() + experts);
  }

  @Override
  public String step() {
    return "router";
  }

  @Override
  public RingVector innerClient(ClientWalk walk, RingVector x) {
    return MoeLayer.client(walk.party(), shape, walk.strategy(), walk.columns(), x);
  }

  @Override
  public RingVector innerServer(ServerWalk walk, MoeWeights weights, RingVector x) {
    return MoeLayer.server(walk.party(), shape, walk.strategy(), weights, walk.columns(), x);
  }
}
