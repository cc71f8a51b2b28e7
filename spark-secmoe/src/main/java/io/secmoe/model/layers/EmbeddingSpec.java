// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.layer.Embedding;
import io.secmoe.layer.EmbeddingShape;
import io.secmoe.layer.EmbeddingWeights;
import io.secmoe.model.checkpoint.Fields;
import io.secmoe.model.input.TokenRows;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.ring.FixedPoint;
import io.secmoe.ring.RingVector;
import java.util.Optional;

/** The look-up of a token's id in the table. */
public record EmbeddingSpec(String name, EmbeddingShape shape)
    implements LayerSpec<EmbeddingWeights> {
  @Override
  public LayerKind kind() {
    return LayerKind.EMBEDDING;
  }

  @Override
  public int inputs() {
    return 0;
  }

  @Override
  public int outputs() {
    return shape.width();
  }

  @Override
  public Optional<EmbeddingShape> table() {
    return Optional.of(shape);
  }

  @Override
  public Optional<OwnTable> ownTable(EmbeddingWeights weights) {
    return shape.isPublished() ? Optional.empty() : Optional.of(new OwnTable(this, weights));
  }

  @Override
  public void write(ObjectNode node) {
    ShapeJson.put(node, shape);
  }

  static EmbeddingSpec read(String name, Fields fields) {
    return new EmbeddingSpec(name, ShapeJson.embedding(fields));
  }

  @Override
  public void checkRanges(RangeRule rule) {
    rule.product(RangeRule.WEIGHT, shape.outputBits(), FixedPoint.FRACTION, 0);
  }

  @Override
  public void addLoss(StatisticalLoss loss, Strategy strategy, Sequences batch) {
    if (!shape.isPublished()) {
      loss.select((long) shape.highDigits() * shape.lowDigits() * shape.limbs(), shape.width());
    }
  }

  @Override
  public long serverMemory(LayerMemory memory) {
    return memory.linear(digits(), outputs());
  }

  @Override
  public long clientMemory(LayerMemory memory) {
    return memory.shares(Math.max(outputs(), digits()));
  }

  /** Returns the number of one-hot digits of an id that the client uploads. */
  private long digits() {
    return shape.isPublished() ? 0 : shape.highDigits() + shape.limbs() * shape.lowDigits();
  }

  @Override
  public String firstStep() {
    return "look-up";
  }

  @Override
  public RingVector client(ClientWalk walk, RingVector x) {
    TokenRows tokens = (TokenRows) walk.rows();
    return Embedding.client(walk.party(), shape, tokens.table(), tokens.ids(), walk.columns());
  }

  @Override
  public RingVector server(ServerWalk walk, EmbeddingWeights weights, RingVector x) {
    return Embedding.server(walk.party(), shape, weights, walk.columns());
  }
}
